#import "A0Device.h"

#if __has_include(<UIKit/UIDevice.h>)
#import <UIKit/UIDevice.h>
#endif

NSString *A0DeviceName(void) {
#if __has_include(<UIKit/UIDevice.h>)
    NSString *name = [UIDevice currentDevice].name;
#else
    NSString *name = [NSProcessInfo processInfo].hostName;
#endif
    return name.length > 0 ? name : @"iPhone";
}
