//! Checks the window's rights and takes the screens in.

fn main() -> std::io::Result<()> {
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        // The web view brings the system's SQLite. Without this it would bind to the encrypted one inside this program.
        println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    }
    let commands = tauri_build::AppManifest::new().commands(&["call"]);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    tauri_build::try_build(attributes).map_err(|problem| std::io::Error::other(problem.to_string()))
}
