#import "A0CountryViewController.h"
#import "A0SignIn.h"

@interface A0CountryViewController () <UISearchBarDelegate>
@end

@implementation A0CountryViewController {
    NSArray<A0Country *> *_all;
    NSArray<A0Country *> *_found;
    NSString *_search;
}

- (instancetype)initWithLanguages:(NSArray<NSString *> *)languages title:(NSString *)title search:(NSString *)search {
    self = [super initWithStyle:UITableViewStylePlain];
    if (self) {
        _all = [A0Country allInLanguages:languages];
        _found = _all;
        _search = [search copy];
        self.title = title;
        self.navigationItem.leftBarButtonItem =
            [[UIBarButtonItem alloc] initWithBarButtonSystemItem:UIBarButtonSystemItemCancel
                                                          target:self
                                                          action:@selector(cancel)];
        self.modalInPresentation = YES;
    }
    return self;
}

- (void)viewDidLoad {
    [super viewDidLoad];
    UISearchBar *bar = [[UISearchBar alloc] init];
    bar.placeholder = _search;
    bar.accessibilityLabel = _search;
    bar.delegate = self;
    [bar sizeToFit];
    self.tableView.tableHeaderView = bar;
}

- (void)searchBar:(UISearchBar *)searchBar textDidChange:(NSString *)text {
    NSMutableArray<A0Country *> *found = [NSMutableArray array];
    for (A0Country *country in _all) {
        if ([country matches:text]) {
            [found addObject:country];
        }
    }
    _found = found;
    [self.tableView reloadData];
}

- (NSInteger)tableView:(UITableView *)tableView numberOfRowsInSection:(NSInteger)section {
    return (NSInteger)_found.count;
}

- (UITableViewCell *)tableView:(UITableView *)tableView cellForRowAtIndexPath:(NSIndexPath *)indexPath {
    static NSString *const kind = @"country";
    UITableViewCell *cell = [tableView dequeueReusableCellWithIdentifier:kind];
    if (cell == nil) {
        cell = [[UITableViewCell alloc] initWithStyle:UITableViewCellStyleValue1 reuseIdentifier:kind];
        for (UILabel *label in @[ cell.textLabel, cell.detailTextLabel ]) {
            label.font = [UIFont preferredFontForTextStyle:UIFontTextStyleBody];
            label.adjustsFontForContentSizeCategory = YES;
            label.numberOfLines = 0;
        }
    }
    A0Country *country = _found[(NSUInteger)indexPath.row];
    cell.textLabel.text = [NSString stringWithFormat:@"%@ %@", country.flag, country.name];
    cell.detailTextLabel.text = country.callingCode;
    // A flag is read as "flag of …": once is enough.
    cell.accessibilityLabel = [NSString stringWithFormat:@"%@ %@", country.name, country.callingCode];
    return cell;
}

- (void)tableView:(UITableView *)tableView didSelectRowAtIndexPath:(NSIndexPath *)indexPath {
    [self choose:_found[(NSUInteger)indexPath.row]];
}

- (void)cancel {
    [self choose:nil];
}

- (BOOL)accessibilityPerformEscape {
    [self cancel];
    return YES;
}

- (void)choose:(A0Country *)country {
    void (^onChoice)(A0Country *) = self.onChoice;
    self.onChoice = nil;
    if (onChoice != nil) {
        onChoice(country);
    }
}

@end
