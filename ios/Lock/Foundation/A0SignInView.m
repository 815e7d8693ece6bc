#import "A0Errors+Core.h"
#import "A0SignIn+Core.h"

@interface A0SignInButton ()
- (instancetype)initWithLabel:(NSString *)label enabled:(BOOL)enabled;
@end

@implementation A0SignInButton

- (instancetype)initWithLabel:(NSString *)label enabled:(BOOL)enabled {
    self = [super init];
    if (self) {
        _label = [label copy];
        _enabled = enabled;
    }
    return self;
}

@end

static A0SignInButton *A0ButtonFromCore(LkButton button) {
    NSString *label = A0TextFromCore(button.label);
    return label == nil ? nil : [[A0SignInButton alloc] initWithLabel:label enabled:button.enabled];
}

@interface A0Country ()
- (instancetype)initWithCountry:(const LkCountry *)country name:(NSString *)name;
@end

@implementation A0Country

- (instancetype)initWithCountry:(const LkCountry *)country name:(NSString *)name {
    self = [super init];
    if (self) {
        _region = [A0TextFromCore(country->region) ?: @"" copy];
        // Some systems know no names of countries.
        _name = [name.length > 0 ? name : (A0TextFromCore(country->name) ?: @"") copy];
        _flag = [A0TextFromCore(country->flag) ?: @"" copy];
        _callingCode = [NSString stringWithFormat:@"+%u", country->calling_code];
    }
    return self;
}

typedef struct {
    __unsafe_unretained NSMutableArray<A0Country *> *countries;
    __unsafe_unretained NSLocale *locale;
} A0Collected;

static void A0CollectCountry(void *context, const LkCountry *country) {
    A0Collected *collected = context;
    NSString *region = A0TextFromCore(country->region);
    NSString *name = [collected->locale displayNameForKey:NSLocaleCountryCode value:region];
    [collected->countries addObject:[[A0Country alloc] initWithCountry:country name:name]];
}

+ (NSArray<A0Country *> *)allInLanguages:(NSArray<NSString *> *)languages {
    NSLocale *locale = [[NSLocale alloc] initWithLocaleIdentifier:languages.firstObject ?: @"en"];
    NSMutableArray<A0Country *> *countries = [NSMutableArray array];
    A0Collected collected = {countries, locale};
    lk_countries(NULL, A0CollectCountry, &collected);
    [countries sortUsingComparator:^NSComparisonResult(A0Country *one, A0Country *other) {
        return [one.name localizedCaseInsensitiveCompare:other.name];
    }];
    return [countries copy];
}

- (NSString *)nameInLanguages:(NSArray<NSString *> *)languages {
    NSLocale *locale = [[NSLocale alloc] initWithLocaleIdentifier:languages.firstObject ?: @"en"];
    NSString *name = [locale displayNameForKey:NSLocaleCountryCode value:self.region];
    return name.length > 0 ? name : self.name;
}

- (BOOL)matches:(NSString *)search {
    NSString *wanted = [search stringByTrimmingCharactersInSet:[NSCharacterSet whitespaceCharacterSet]];
    if (wanted.length == 0) {
        return YES;
    }
    NSString *digits = [wanted hasPrefix:@"+"] ? wanted : [@"+" stringByAppendingString:wanted];
    NSStringCompareOptions options = NSCaseInsensitiveSearch | NSDiacriticInsensitiveSearch;
    return [self.name rangeOfString:wanted options:options].location != NSNotFound ||
           [self.region caseInsensitiveCompare:wanted] == NSOrderedSame || [self.callingCode hasPrefix:digits];
}

@end

@implementation A0SignInView

- (instancetype)initWithView:(const LkView *)view {
    self = [super init];
    if (self) {
        _screen = (A0SignInScreen)view->screen;
        _rightToLeft = view->right_to_left;
        _title = [A0TextFromCore(view->title) ?: @"" copy];
        _lead = [A0TextFromCore(view->lead) copy];
        _fieldKind = (A0SignInFieldKind)view->field.kind;
        _fieldLabel = [A0TextFromCore(view->field.label) ?: @"" copy];
        _fieldHint = [A0TextFromCore(view->field.hint) copy];
        _fieldValue = [A0TextFromCore(view->field.value) ?: @"" copy];
        _countryLabel = [A0TextFromCore(view->country_label) copy];
        _countrySearch = [A0TextFromCore(view->country_search) copy];
        _country = view->country == NULL ? nil : [[A0Country alloc] initWithCountry:view->country name:nil];
        _submit = A0ButtonFromCore(view->submit);
        _note = [A0TextFromCore(view->note) copy];
        _busy = view->busy;
        _error = [A0TextFromCore(view->error) copy];
        _notice = [A0TextFromCore(view->notice) copy];
        _resend = A0ButtonFromCore(view->resend);
        _resendSeconds = view->resend_seconds;
        _haveCode = A0ButtonFromCore(view->have_code);
        _change = A0ButtonFromCore(view->change);
        _other = A0ButtonFromCore(view->other);
        _otherChannel = [A0TextFromCore(view->other_channel) copy];
        _closeLabel = [A0TextFromCore(view->close) ?: @"" copy];
        _tickAt = view->tick_at;
    }
    return self;
}

@end
