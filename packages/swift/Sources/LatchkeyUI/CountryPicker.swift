import Latchkey
import SwiftUI

/// All countries, in the person's language, with a search by name, region and calling code.
struct CountryPicker: View {
    let field: SignInCountry
    let choose: (String) -> Void
    @State private var typed = ""

    var body: some View {
        NavigationStack {
            List(found, id: \.region) { country in
                Button {
                    choose(country.region)
                } label: {
                    HStack {
                        Text(country.flag).accessibilityHidden(true)
                        Text(country.localizedName)
                        Spacer()
                        Text(verbatim: "+\(country.callingCode)").foregroundStyle(.secondary)
                        if country.region == field.country?.region {
                            Image(systemName: "checkmark")
                        }
                    }
                }
                .foregroundStyle(.primary)
                .accessibilityAddTraits(country.region == field.country?.region ? .isSelected : [])
            }
            .searchable(text: $typed, prompt: Text(field.search))
            .navigationTitle(field.label)
        }
    }

    private var found: [Country] {
        let regions = Set(searchCountries(typed: typed).map(\.region))
        let byName = countries().filter {
            regions.contains($0.region) || $0.localizedName.localizedCaseInsensitiveContains(typed)
        }
        return byName.sorted { $0.localizedName.localizedCompare($1.localizedName) == .orderedAscending }
    }
}

extension Country {
    /// The name in the language of the device.
    var localizedName: String {
        Foundation.Locale.current.localizedString(forRegionCode: region) ?? name
    }
}
