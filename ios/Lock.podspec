# Needs LatchkeyClient.xcframework, which ios/build-on-mac.sh makes.
Pod::Spec.new do |s|
  s.name = "Lock"
  s.module_name = "Lock"
  s.version = "2.0.0-latchkey.1"
  s.summary = "Sign people in without a password: by text message, email or Touch ID."
  s.description = "The client library and the ready-made screens of Lock for iOS 1.x, new, over Latchkey's Rust client."
  s.homepage = "https://example.com/latchkey"
  s.license = { type: "MIT OR Apache-2.0", text: "LICENSE-MIT and LICENSE-APACHE of the repository" }
  s.author = "The Latchkey authors"
  s.source = { git: "https://example.com/latchkey.git", tag: s.version.to_s }
  s.ios.deployment_target = "15.0"
  s.requires_arc = true
  s.static_framework = true

  s.vendored_frameworks = "build/LatchkeyClient.xcframework"
  s.frameworks = "Foundation", "UIKit", "Security", "LocalAuthentication", "SystemConfiguration"
  s.default_subspecs = "UI"

  s.subspec "Core" do |core|
    core.source_files = "Lock/Lock.h", "Lock/Foundation/*.{h,m}"
    core.public_header_files = %w[Lock A0APIClient A0APIClient+TouchID A0AuthParameters A0DeviceSigner A0Errors A0Lock
                                  A0SignIn A0SimpleKeychain A0Token A0Transport A0UserIdentity A0UserProfile].map { |name|
      name == "Lock" ? "Lock/Lock.h" : "Lock/Foundation/#{name}.h"
    }
  end

  s.subspec "UI" do |ui|
    ui.dependency "Lock/Core"
    ui.source_files = "Lock/UI/*.{h,m}"
    ui.public_header_files = %w[A0ContainerViewController A0EmailLockViewController A0Lock+UI
                                A0PasswordlessViewController A0SMSLockViewController A0Theme
                                A0TouchIDLockViewController].map { |name| "Lock/UI/#{name}.h" }
  end

  s.test_spec "Tests" do |tests|
    tests.source_files = "apple/Tests/*.m"
    tests.requires_app_host = true
  end
end
