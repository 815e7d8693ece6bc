#import "A0KeychainStore.h"

#if !A0_HAS_SECURITY
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/// A file name for any text: its bytes in hexadecimal.
static NSString *A0FileName(NSString *text) {
    NSData *bytes = [text dataUsingEncoding:NSUTF8StringEncoding];
    NSMutableString *name = [NSMutableString string];
    const unsigned char *each = bytes.bytes;
    for (NSUInteger at = 0; at < bytes.length; at++) {
        [name appendFormat:@"%02x", each[at]];
    }
    return name;
}

static NSString *A0Folder(A0SimpleKeychain *keychain) {
    NSString *owner = [NSString stringWithFormat:@"%@|%@", keychain.service, keychain.accessGroup ?: @""];
    NSString *home = [NSProcessInfo processInfo].environment[@"HOME"] ?: NSHomeDirectory();
    NSString *all = [home stringByAppendingPathComponent:@".latchkey-keychain"];
    return [all stringByAppendingPathComponent:A0FileName(owner)];
}

static NSString *A0Path(A0SimpleKeychain *keychain, NSString *key) {
    return [A0Folder(keychain) stringByAppendingPathComponent:A0FileName(key)];
}

static BOOL A0MakeFolder(NSString *folder) {
    const char *parent = folder.stringByDeletingLastPathComponent.fileSystemRepresentation;
    const char *path = folder.fileSystemRepresentation;
    return (mkdir(parent, 0700) == 0 || errno == EEXIST) && (mkdir(path, 0700) == 0 || errno == EEXIST);
}

static BOOL A0WriteAll(int file, NSData *data) {
    const char *bytes = data.bytes;
    NSUInteger left = data.length;
    while (left > 0) {
        ssize_t done = write(file, bytes, left);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return NO;
        }
        bytes += done;
        left -= (NSUInteger)done;
    }
    return fsync(file) == 0;
}

// Another file takes the place of the old one: after a crash there is one of them, whole.
BOOL A0KeychainWrite(A0SimpleKeychain *keychain, NSString *key, NSData *data, NSString *prompt) {
    if (!A0MakeFolder(A0Folder(keychain))) {
        return NO;
    }
    NSString *path = A0Path(keychain, key);
    char fresh[4096];
    int length = snprintf(fresh, sizeof fresh, "%s.XXXXXX", path.fileSystemRepresentation);
    if (length < 0 || (size_t)length >= sizeof fresh) {
        return NO;
    }
    // Makes the file with 0600, and no other of its name.
    int file = mkstemp(fresh);
    if (file < 0) {
        return NO;
    }
    BOOL written = A0WriteAll(file, data);
    BOOL closed = close(file) == 0;
    if (!written || !closed || rename(fresh, path.fileSystemRepresentation) != 0) {
        unlink(fresh);
        return NO;
    }
    return YES;
}

NSData *A0KeychainRead(A0SimpleKeychain *keychain, NSString *key, NSString *prompt, NSError **error) {
    NSData *data = [NSData dataWithContentsOfFile:A0Path(keychain, key)];
    if (data == nil && error != NULL) {
        // -25300 is what the keychain says, too.
        *error = [NSError errorWithDomain:A0SimpleKeychainErrorDomain code:-25300 userInfo:nil];
    }
    return data;
}

BOOL A0KeychainHas(A0SimpleKeychain *keychain, NSString *key) {
    return access(A0Path(keychain, key).fileSystemRepresentation, F_OK) == 0;
}

BOOL A0KeychainDelete(A0SimpleKeychain *keychain, NSString *key) {
    return unlink(A0Path(keychain, key).fileSystemRepresentation) == 0;
}

void A0KeychainClear(A0SimpleKeychain *keychain) {
    NSString *folder = A0Folder(keychain);
    DIR *entries = opendir(folder.fileSystemRepresentation);
    if (entries == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        if (entry->d_name[0] != '.') {
            unlinkat(dirfd(entries), entry->d_name, 0);
        }
    }
    closedir(entries);
}
#else
typedef int A0KeychainFilesAreNotNeeded;
#endif
