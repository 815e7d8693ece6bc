// As Security/Security.h beside it.

#import <Foundation/Foundation.h>

@interface LAContext : NSObject
@property (copy, nonatomic) NSString *localizedReason;
@property (nonatomic) BOOL interactionNotAllowed;
@end

enum { LAErrorUserCancel = -2, LAErrorSystemCancel = -4, LAErrorAppCancel = -9 };
