#import <UIKit/UIKit.h>

@class A0Country;

NS_ASSUME_NONNULL_BEGIN

/// A list of countries to choose from. Not for apps.
@interface A0CountryViewController : UITableViewController
- (instancetype)initWithLanguages:(NSArray<NSString *> *)languages title:(NSString *)title search:(NSString *)search;
/// nil when the person chose none.
@property (copy, nonatomic, nullable) void (^onChoice)(A0Country *_Nullable country);
@end

NS_ASSUME_NONNULL_END
