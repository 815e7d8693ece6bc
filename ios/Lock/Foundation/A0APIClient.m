#import "A0APIClient.h"
#import "A0AuthParameters.h"
#import "A0Call.h"
#import "A0Token.h"
#import "A0UserProfile.h"

@implementation A0APIClient

- (instancetype)initWithClientId:(NSString *)clientId domain:(NSString *)domain {
    A0Core *core = [[A0Core alloc] initWithClientId:clientId
                                             domain:domain
                                             issuer:nil
                                          languages:[NSLocale preferredLanguages]
                                             legacy:NO
                                          transport:nil];
    return [self initWithClientId:clientId domain:domain core:core];
}

- (instancetype)initWithClientId:(NSString *)clientId domain:(NSString *)domain core:(A0Core *)core {
    self = [super init];
    if (self) {
        _clientId = [clientId copy];
        BOOL isURL = [domain rangeOfString:@"://"].location != NSNotFound;
        _baseURL = [NSURL URLWithString:isURL ? domain : [@"https://" stringByAppendingString:domain ?: @""]];
        _core = core;
    }
    return self;
}

#pragma mark - Sending codes and links

- (A0APIRequest *)startPasswordlessWithPhoneNumber:(NSString *)phoneNumber
                                           success:(void (^)(void))success
                                           failure:(A0APIClientError)failure {
    return [self send:LkSend_Code by:LkChannel_Sms to:phoneNumber parameters:nil success:success failure:failure];
}

- (A0APIRequest *)startPasswordlessWithEmail:(NSString *)email
                                     success:(void (^)(void))success
                                     failure:(A0APIClientError)failure {
    return [self send:LkSend_Code by:LkChannel_Email to:email parameters:nil success:success failure:failure];
}

- (A0APIRequest *)startPasswordlessWithMagicLinkInEmail:(NSString *)email
                                             parameters:(A0AuthParameters *)parameters
                                                success:(void (^)(void))success
                                                failure:(A0APIClientError)failure {
    return [self send:LkSend_LinkIos by:LkChannel_Email to:email parameters:parameters success:success failure:failure];
}

- (A0APIRequest *)startPasswordlessWithMagicLinkInSMS:(NSString *)phoneNumber
                                           parameters:(A0AuthParameters *)parameters
                                              success:(void (^)(void))success
                                              failure:(A0APIClientError)failure {
    return [self send:LkSend_LinkIos
                   by:LkChannel_Sms
                   to:phoneNumber
           parameters:parameters
              success:success
              failure:failure];
}

- (A0APIRequest *)send:(LkSend)send
                    by:(LkChannel)channel
                    to:(NSString *)address
            parameters:(A0AuthParameters *)parameters
               success:(void (^)(void))success
               failure:(A0APIClientError)failure {
    NSDictionary *payload = [parameters asAPIPayload];
    NSString *authParams = nil;
    if ([NSJSONSerialization isValidJSONObject:payload]) {
        NSData *bytes = [NSJSONSerialization dataWithJSONObject:payload options:0 error:NULL];
        authParams = [[NSString alloc] initWithData:bytes encoding:NSUTF8StringEncoding];
    }
    return [self.core
        begin:^LkCallId(const LkClient *client, LkCallback callback, void *context) {
            LkStart start = {0};
            start.channel = channel;
            start.send = send;
            start.address = address.UTF8String;
            start.connection = parameters.connection.UTF8String;
            start.auth_params = authParams.UTF8String;
            return lk_start_passwordless(client, &start, callback, context);
        }
        end:^(A0UserProfile *profile, A0Token *token, NSError *error) {
            if (error != nil) {
                if (failure != nil) failure(error);
            } else if (success != nil) {
                success();
            }
        }];
}

#pragma mark - Signing in

- (A0APIRequest *)loginWithPhoneNumber:(NSString *)phoneNumber
                              passcode:(NSString *)passcode
                               success:(A0APIClientAuthenticationSuccess)success
                               failure:(A0APIClientError)failure {
    return [self loginWithPhoneNumber:phoneNumber passcode:passcode parameters:nil success:success failure:failure];
}

- (A0APIRequest *)loginWithPhoneNumber:(NSString *)phoneNumber
                              passcode:(NSString *)passcode
                            parameters:(A0AuthParameters *)parameters
                               success:(A0APIClientAuthenticationSuccess)success
                               failure:(A0APIClientError)failure {
    return [self loginBy:LkChannel_Sms
                 address:phoneNumber
                passcode:passcode
              parameters:parameters
                 success:success
                 failure:failure];
}

- (A0APIRequest *)loginWithEmail:(NSString *)email
                        passcode:(NSString *)passcode
                         success:(A0APIClientAuthenticationSuccess)success
                         failure:(A0APIClientError)failure {
    return [self loginWithEmail:email passcode:passcode parameters:nil success:success failure:failure];
}

- (A0APIRequest *)loginWithEmail:(NSString *)email
                        passcode:(NSString *)passcode
                      parameters:(A0AuthParameters *)parameters
                         success:(A0APIClientAuthenticationSuccess)success
                         failure:(A0APIClientError)failure {
    return [self loginBy:LkChannel_Email
                 address:email
                passcode:passcode
              parameters:parameters
                 success:success
                 failure:failure];
}

- (A0APIRequest *)loginBy:(LkChannel)channel
                  address:(NSString *)address
                 passcode:(NSString *)passcode
               parameters:(A0AuthParameters *)parameters
                  success:(A0APIClientAuthenticationSuccess)success
                  failure:(A0APIClientError)failure {
    // A copy: whoever gave it may change it while the call runs.
    A0AuthParameters *asked = parameters ? [parameters copy] : [A0AuthParameters newDefaultParams];
    NSString *scope = [asked.scopes componentsJoinedByString:@" "];
    BOOL offline = [asked.scopes containsObject:A0ScopeOfflineAccess];
    return [self.core
        begin:^LkCallId(const LkClient *client, LkCallback callback, void *context) {
            LkCode code = {0};
            code.channel = channel;
            code.address = address.UTF8String;
            code.code = passcode.UTF8String;
            code.connection = asked.connection.UTF8String;
            code.scope = scope.UTF8String;
            code.audience = asked.audience.UTF8String;
            code.device = offline ? asked.device.UTF8String : NULL;
            return lk_sign_in_with_code(client, &code, callback, context);
        }
        end:^(A0UserProfile *profile, A0Token *token, NSError *error) {
            if (error != nil) {
                if (failure != nil) failure(error);
            } else if (success != nil) {
                success(profile, token);
            }
        }];
}

#pragma mark - Afterwards

- (A0APIRequest *)fetchUserProfileWithIdToken:(NSString *)idToken
                                      success:(A0APIClientUserProfileSuccess)success
                                      failure:(A0APIClientError)failure {
    return [self profileBy:lk_profile_of_id_token token:idToken success:success failure:failure];
}

- (A0APIRequest *)fetchUserProfileWithAccessToken:(NSString *)accessToken
                                          success:(A0APIClientUserProfileSuccess)success
                                          failure:(A0APIClientError)failure {
    return [self profileBy:lk_profile_of_access_token token:accessToken success:success failure:failure];
}

typedef LkCallId (*A0Ask)(const LkClient *, const char *, LkCallback, void *);

- (A0APIRequest *)profileBy:(A0Ask)ask
                      token:(NSString *)token
                    success:(A0APIClientUserProfileSuccess)success
                    failure:(A0APIClientError)failure {
    return [self.core
        begin:^LkCallId(const LkClient *client, LkCallback callback, void *context) {
            return ask(client, token.UTF8String, callback, context);
        }
        end:^(A0UserProfile *profile, A0Token *ignored, NSError *error) {
            if (error != nil) {
                if (failure != nil) failure(error);
            } else if (success != nil) {
                success(profile);
            }
        }];
}

- (A0APIRequest *)fetchNewIdTokenWithIdToken:(NSString *)idToken
                                  parameters:(A0AuthParameters *)parameters
                                     success:(A0APIClientNewIdTokenSuccess)success
                                     failure:(A0APIClientError)failure {
    return [self renew:LkRenewal_LegacyIdToken token:idToken success:success failure:failure];
}

- (A0APIRequest *)fetchNewIdTokenWithRefreshToken:(NSString *)refreshToken
                                       parameters:(A0AuthParameters *)parameters
                                          success:(A0APIClientNewIdTokenSuccess)success
                                          failure:(A0APIClientError)failure {
    LkRenewal renewal = self.core.legacy ? LkRenewal_LegacyRefreshToken : LkRenewal_RefreshToken;
    return [self renew:renewal token:refreshToken success:success failure:failure];
}

- (A0APIRequest *)renew:(LkRenewal)renewal
                  token:(NSString *)given
                success:(A0APIClientNewIdTokenSuccess)success
                failure:(A0APIClientError)failure {
    return [self.core
        begin:^LkCallId(const LkClient *client, LkCallback callback, void *context) {
            return lk_renew(client, renewal, given.UTF8String, callback, context);
        }
        end:^(A0UserProfile *profile, A0Token *token, NSError *error) {
            if (error != nil) {
                if (failure != nil) failure(error);
            } else if (success != nil) {
                success(token);
            }
        }];
}

- (A0APIRequest *)revokeRefreshToken:(NSString *)refreshToken
                             success:(void (^)(void))success
                             failure:(A0APIClientError)failure {
    return [self.core
        begin:^LkCallId(const LkClient *client, LkCallback callback, void *context) {
            return lk_revoke(client, refreshToken.UTF8String, callback, context);
        }
        end:^(A0UserProfile *profile, A0Token *token, NSError *error) {
            if (error != nil) {
                if (failure != nil) failure(error);
            } else if (success != nil) {
                success();
            }
        }];
}

- (A0APIRequest *)logoutWithRefreshToken:(NSString *)refreshToken
                                 success:(void (^)(void))success
                                 failure:(A0APIClientError)failure {
    return [self revokeRefreshToken:refreshToken success:success failure:failure];
}

@end
