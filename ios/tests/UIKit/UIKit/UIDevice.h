#import <Foundation/Foundation.h>

typedef NS_ENUM(NSInteger, UIUserInterfaceIdiom) { UIUserInterfaceIdiomPhone, UIUserInterfaceIdiomPad };

@interface UIDevice : NSObject
@property (class, readonly, nonatomic) UIDevice *_Nonnull currentDevice;
@property (readonly, strong, nonatomic) NSString *_Nonnull name;
@property (readonly, nonatomic) UIUserInterfaceIdiom userInterfaceIdiom;
@property (readonly, strong, nonatomic) NSUUID *_Nullable identifierForVendor;
@end
