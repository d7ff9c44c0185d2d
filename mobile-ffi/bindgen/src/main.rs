//! The generator of bindings, in the version that the library was made with.

fn main() {
    uniffi::uniffi_bindgen_main()
}
