// What the screens are made of. Not for apps.

#import "A0ContainerViewController.h"

NS_ASSUME_NONNULL_BEGIN

@interface A0ContainerViewController ()

/// From the top: close, picture, title, lead, error, then what `addPart:` added.
@property (readonly, strong, nonatomic) UIButton *closeButton;
@property (readonly, strong, nonatomic) UILabel *titleLabel, *leadLabel, *errorLabel;

- (void)addPart:(UIView *)view;
- (UILabel *)labelWithFont:(NSString *)fontKey style:(UIFontTextStyle)style color:(UIColor *)color;
- (UIButton *)buttonWithConfiguration:(UIButtonConfiguration *)configuration action:(SEL)action;
- (UIButtonConfiguration *)primaryConfiguration;
- (UIButtonConfiguration *)secondaryConfiguration;
- (UITextField *)textField;
/// nil hides it.
- (void)show:(nullable NSString *)text in:(UILabel *)label;
- (void)show:(nullable NSString *)title enabled:(BOOL)enabled in:(UIButton *)button;
/// Also says it, when it is another than before.
- (void)showError:(nullable NSString *)error;
- (void)readRightToLeft:(BOOL)rightToLeft;
/// Dismisses the screen and tells the app; what else there is to end is the subclass's.
- (void)close;

@end

NS_ASSUME_NONNULL_END
