// A server that says what a test wants.

#import <Lock/Lock.h>

@interface CannedTransport : NSObject <A0Transport>
+ (instancetype)status:(NSInteger)status headers:(NSDictionary *)headers body:(NSString *)body;
+ (instancetype)error:(NSError *)error;
/// The requests that came.
@property (readonly, nonatomic) NSMutableArray<NSURLRequest *> *requests;
/// Answers a second time, which is not allowed.
@property (nonatomic) BOOL twice;
@end
