// As Security/Security.h beside it.

#include <stdint.h>

#define CC_MD5_DIGEST_LENGTH 16
typedef uint32_t CC_LONG;
extern unsigned char *CC_MD5(const void *, CC_LONG, unsigned char *);
