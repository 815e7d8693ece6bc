import Latchkey
import SwiftUI

/// Signs somebody in: a number or an email address, then the code. Put it into a sheet, or make it the whole window.
///
/// Colours are the app's: set `.tint`. Sizes follow the person's text size, and the layout their language.
public struct SignInScreen: View {
    @StateObject private var model: SignInModel
    @FocusState private var fieldIsFocused: Bool
    @State private var choosesCountry = false
    private let isClosable: Bool

    /// `isClosable`: there is a button that closes the screen.
    public init(
        client: Client,
        settings: SignInSettings = SignInSettings(
            channels: [.sms],
            country: Foundation.Locale.current.region?.identifier
        ),
        isClosable: Bool = true,
        finish: @escaping @MainActor (SignInModel.Result) -> Void
    ) {
        _model = StateObject(
            wrappedValue: SignInModel(client: client, settings: settings, finish: finish))
        self.isClosable = isClosable
    }

    public var body: some View {
        let view = model.view
        NavigationStack {
            ScrollView {
                VStack(alignment: .leading, spacing: 16) {
                    heading(view)
                    if let country = view.country {
                        countryButton(country)
                    }
                    field(view.field)
                    if let error = view.error {
                        message(error, image: "exclamationmark.circle.fill", color: .red)
                    } else if let notice = view.notice {
                        message(notice, image: "checkmark.circle.fill", color: .green)
                    }
                    submit(view)
                    others(view)
                }
                .padding()
                .frame(maxWidth: 480)
                .frame(maxWidth: .infinity)
            }
            .toolbar {
                if isClosable {
                    ToolbarItem(placement: .cancellationAction) {
                        Button(view.close) { model.send(.close) }
                    }
                }
            }
        }
        .environment(\.layoutDirection, view.rightToLeft ? .rightToLeft : .leftToRight)
        .environment(\.locale, Foundation.Locale(identifier: view.locale))
        .interactiveDismissDisabled(!isClosable)
        .sheet(isPresented: $choosesCountry) {
            if let country = view.country {
                CountryPicker(field: country) { region in
                    choosesCountry = false
                    model.send(.country(region: region))
                }
            }
        }
        .onOpenURL { model.open($0) }
        .onAppear { fieldIsFocused = true }
        .onChange(of: view.stage) { _ in fieldIsFocused = true }
    }

    @ViewBuilder
    private func heading(_ view: SignInView) -> some View {
        Text(view.title)
            .font(.title.bold())
            .accessibilityAddTraits(.isHeader)
        if let lead = view.lead {
            Text(lead).foregroundStyle(.secondary)
        }
    }

    private func countryButton(_ field: SignInCountry) -> some View {
        Button {
            choosesCountry = true
        } label: {
            HStack {
                if let country = field.country {
                    Text(country.flag).accessibilityHidden(true)
                    Text(country.localizedName)
                    Spacer()
                    Text(verbatim: "+\(country.callingCode)").foregroundStyle(.secondary)
                } else {
                    Text(field.label)
                    Spacer()
                }
                Image(systemName: "chevron.down").accessibilityHidden(true)
            }
            .contentShape(Rectangle())
        }
        .buttonStyle(.bordered)
        .accessibilityLabel(field.label)
        .accessibilityValue(field.country.map { "\($0.localizedName) +\($0.callingCode)" } ?? "")
        .disabled(model.view.busy)
    }

    @ViewBuilder
    private func field(_ field: SignInField) -> some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(field.label).font(.subheadline)
            TextField(field.label, text: $model.text)
                .kind(field.kind)
                .textFieldStyle(.roundedBorder)
                .focused($fieldIsFocused)
                .onSubmit { model.send(.submit) }
                .disabled(model.view.busy)
                // Numbers and codes run from left to right in every language.
                .environment(\.layoutDirection, .leftToRight)
            if let hint = field.hint {
                Text(hint).font(.footnote).foregroundStyle(.secondary)
            }
        }
    }

    private func message(_ text: String, image: String, color: Color) -> some View {
        Label(text, systemImage: image)
            .foregroundStyle(color)
            .font(.callout)
    }

    @ViewBuilder
    private func submit(_ view: SignInView) -> some View {
        Button {
            model.send(.submit)
        } label: {
            ZStack {
                Text(view.submit.label).opacity(view.busy ? 0 : 1)
                if view.busy {
                    ProgressView()
                }
            }
            .frame(maxWidth: .infinity)
        }
        .buttonStyle(.borderedProminent)
        .controlSize(.large)
        .disabled(!view.submit.enabled)
        if let note = view.note {
            Text(note).font(.footnote).foregroundStyle(.secondary)
        }
    }

    @ViewBuilder
    private func others(_ view: SignInView) -> some View {
        if let resend = view.resend {
            Button(resend.button.label) { model.send(.resend) }
                .disabled(!resend.button.enabled)
                .monospacedDigit()
        }
        if let change = view.change {
            Button(change.label) { model.send(.change) }
                .disabled(!change.enabled)
        }
        if let haveCode = view.haveCode {
            Button(haveCode.label) { model.send(.haveCode) }
                .disabled(!haveCode.enabled)
        }
        if let other = view.other {
            Button(other.button.label) { model.send(.channel(channel: other.channel)) }
                .disabled(!other.button.enabled)
        }
    }
}

extension View {
    /// The keyboard, and what the system may fill in: codes come from messages by themselves.
    @ViewBuilder
    fileprivate func kind(_ kind: SignInFieldKind) -> some View {
        #if os(iOS)
        switch kind {
        case .phone:
            textContentType(.telephoneNumber).keyboardType(.phonePad)
        case .email:
            textContentType(.emailAddress).keyboardType(.emailAddress)
                .textInputAutocapitalization(.never)
                .autocorrectionDisabled()
        case .code:
            textContentType(.oneTimeCode).keyboardType(.numberPad)
        }
        #else
        self
        #endif
    }
}
