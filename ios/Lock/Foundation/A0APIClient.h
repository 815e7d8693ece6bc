#import <Foundation/Foundation.h>

@class A0AuthParameters, A0Token, A0UserProfile;

NS_ASSUME_NONNULL_BEGIN

typedef void (^A0APIClientAuthenticationSuccess)(A0UserProfile *profile, A0Token *token);
typedef void (^A0APIClientUserProfileSuccess)(A0UserProfile *profile);
typedef void (^A0APIClientNewIdTokenSuccess)(A0Token *token);
typedef void (^A0APIClientSuccess)(void);
/// Gets errors of `A0ErrorDomain`; see A0Errors.h for codes.
typedef void (^A0APIClientError)(NSError *error);

/// A call under way. Whoever does not want to cancel it can forget it: the call keeps what it needs.
@interface A0APIRequest : NSObject
/// The failure block comes soon, with `A0ErrorCodeAuth0Cancelled`, unless the call has just ended. Whether the server
/// did what it was asked is then not known.
- (void)cancel;
@end

/// What a server does for an app that has screens of its own.
///
/// Any thread may call any method. Of each call exactly one block comes, once, on the main thread, later. Blocks may be
/// nil. Starting and signing in are never repeated by themselves: one call is at most one message, and one try.
@interface A0APIClient : NSObject

@property (readonly, copy, nonatomic) NSString *clientId;
@property (readonly, copy, nonatomic) NSURL *baseURL;

- (instancetype)init __attribute__((unavailable("the client needs to know its server")));
/// `domain` is a host name, or a URL of one. Of several objects for one server each is good for itself.
- (instancetype)initWithClientId:(NSString *)clientId domain:(NSString *)domain;

#pragma mark Sending codes and links

- (nullable A0APIRequest *)startPasswordlessWithPhoneNumber:(NSString *)phoneNumber
                                                    success:(nullable void (^)(void))success
                                                    failure:(nullable A0APIClientError)failure;

- (nullable A0APIRequest *)startPasswordlessWithEmail:(NSString *)email
                                              success:(nullable void (^)(void))success
                                              failure:(nullable A0APIClientError)failure;

/// A link that opens the app on this device. `-[A0Lock handleMagicLink:]` takes it.
- (nullable A0APIRequest *)startPasswordlessWithMagicLinkInEmail:(NSString *)email
                                                      parameters:(nullable A0AuthParameters *)parameters
                                                         success:(nullable void (^)(void))success
                                                         failure:(nullable A0APIClientError)failure;

- (nullable A0APIRequest *)startPasswordlessWithMagicLinkInSMS:(NSString *)phoneNumber
                                                    parameters:(nullable A0AuthParameters *)parameters
                                                       success:(nullable void (^)(void))success
                                                       failure:(nullable A0APIClientError)failure;

#pragma mark Signing in

- (nullable A0APIRequest *)loginWithPhoneNumber:(NSString *)phoneNumber
                                       passcode:(NSString *)passcode
                                        success:(nullable A0APIClientAuthenticationSuccess)success
                                        failure:(nullable A0APIClientError)failure;

- (nullable A0APIRequest *)loginWithPhoneNumber:(NSString *)phoneNumber
                                       passcode:(NSString *)passcode
                                     parameters:(nullable A0AuthParameters *)parameters
                                        success:(nullable A0APIClientAuthenticationSuccess)success
                                        failure:(nullable A0APIClientError)failure;

- (nullable A0APIRequest *)loginWithEmail:(NSString *)email
                                 passcode:(NSString *)passcode
                                  success:(nullable A0APIClientAuthenticationSuccess)success
                                  failure:(nullable A0APIClientError)failure;

- (nullable A0APIRequest *)loginWithEmail:(NSString *)email
                                 passcode:(NSString *)passcode
                               parameters:(nullable A0AuthParameters *)parameters
                                  success:(nullable A0APIClientAuthenticationSuccess)success
                                  failure:(nullable A0APIClientError)failure;

#pragma mark Afterwards

/// Of servers with the old pipeline only; `fetchUserProfileWithAccessToken:` asks any.
- (nullable A0APIRequest *)fetchUserProfileWithIdToken:(NSString *)idToken
                                               success:(nullable A0APIClientUserProfileSuccess)success
                                               failure:(nullable A0APIClientError)failure;

- (nullable A0APIRequest *)fetchUserProfileWithAccessToken:(NSString *)accessToken
                                                   success:(nullable A0APIClientUserProfileSuccess)success
                                                   failure:(nullable A0APIClientError)failure;

/// Another id_token for one that still works, from the old pipeline.
- (nullable A0APIRequest *)fetchNewIdTokenWithIdToken:(NSString *)idToken
                                           parameters:(nullable A0AuthParameters *)parameters
                                              success:(nullable A0APIClientNewIdTokenSuccess)success
                                              failure:(nullable A0APIClientError)failure;

/// New tokens. Where the server rotates them, `refreshToken` of the answer is new, and the old one is over: keep it
/// before anything else. Do not make two such calls with one token at a time.
- (nullable A0APIRequest *)fetchNewIdTokenWithRefreshToken:(NSString *)refreshToken
                                                parameters:(nullable A0AuthParameters *)parameters
                                                   success:(nullable A0APIClientNewIdTokenSuccess)success
                                                   failure:(nullable A0APIClientError)failure;

/// Ends a refresh token and what it gave. After that, forget the tokens that you keep: that is signing out.
- (nullable A0APIRequest *)revokeRefreshToken:(NSString *)refreshToken
                                      success:(nullable void (^)(void))success
                                      failure:(nullable A0APIClientError)failure;

/// The same, under the name that apps look for.
- (nullable A0APIRequest *)logoutWithRefreshToken:(NSString *)refreshToken
                                          success:(nullable void (^)(void))success
                                          failure:(nullable A0APIClientError)failure;

@end

NS_ASSUME_NONNULL_END
