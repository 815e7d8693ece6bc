// A call of the C interface and its blocks. Not for apps.

#import "A0APIClient.h"
#import "A0Transport.h"
#import "latchkey.h"

NS_ASSUME_NONNULL_BEGIN

@class A0Core;

/// Makes one call; its callback and context are given to the C function.
typedef LkCallId (^A0CallBegin)(const LkClient *_Nullable client, LkCallback callback, void *context);
/// On the main thread: exactly one of `error` and the others.
typedef void (^A0CallEnd)(A0UserProfile *_Nullable profile, A0Token *_Nullable token, NSError *_Nullable error);

/// The C client, for as long as anybody needs it: its calls cancel when the last one lets go.
@interface A0Core : NSObject
- (instancetype)initWithClientId:(NSString *)clientId
                          domain:(NSString *)domain
                          issuer:(nullable NSString *)issuer
                       languages:(NSArray<NSString *> *)languages
                          legacy:(BOOL)legacy
                       transport:(nullable id<A0Transport>)transport;
@property (readonly, nonatomic) BOOL legacy;
/// Lives as long as this does. NULL where the settings will not do.
@property (readonly, nonatomic, nullable) const LkClient *client;
/// For `lk_phrase`.
@property (readonly, copy, nonatomic) NSString *languages;
- (A0APIRequest *)begin:(A0CallBegin)begin end:(A0CallEnd)end;
@end

/// nil for NULL. Everything is copied.
FOUNDATION_EXPORT A0Token *_Nullable A0TokenFromCore(const LkTokens *_Nullable tokens);
FOUNDATION_EXPORT A0UserProfile *_Nullable A0ProfileFromCore(const char *_Nullable profile);

@interface A0APIClient ()
@property (readonly, strong, nonatomic) A0Core *core;
- (instancetype)initWithClientId:(NSString *)clientId domain:(NSString *)domain core:(A0Core *)core;
@end

NS_ASSUME_NONNULL_END
