// `latchkey dev`, as its dev.json describes it: what the tests ask of it beside the sign-in itself.

#import <Foundation/Foundation.h>

@interface DevServer : NSObject
/// By the file that LATCHKEY_DEV_JSON names.
+ (instancetype)running;
/// `localhost:PORT`, spoken to by TLS.
@property (readonly, copy) NSString *domain;
@property (readonly, copy) NSString *issuer;
@property (readonly, copy) NSString *clientId;
/// The newest message to the address, as the inbox gives it; waits for one.
- (NSDictionary *)newestMessageTo:(NSString *)address;
- (NSString *)newestCodeTo:(NSString *)address;
- (NSUInteger)messagesTo:(NSString *)address;
/// As an operator, by the Management API.
- (id)manage:(NSString *)method path:(NSString *)path body:(NSDictionary *)body;
- (void)blockUser:(NSString *)userId;
/// A phone number that no test had before.
- (NSString *)freshPhoneNumber;
@end
