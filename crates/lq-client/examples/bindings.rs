//! Prints the TypeScript side of the contract. `cargo xtask bindings` compares or writes `ui/src/ipc/bindings.ts`.

use lq_client::contract::{
    access::*, accounts::*, audits::*, backups::*, cases::*, customers::*, devices::*, files::*, session::*,
    sync::*, tags::*,
};
use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use ts_rs::{Config, TS, TypeVisitor};

/// Declarations by type name, each once.
struct Collector<'a> {
    config: &'a Config,
    seen: HashSet<TypeId>,
    declarations: BTreeMap<String, String>,
}

impl TypeVisitor for Collector<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            self.declarations.insert(T::ident(self.config), T::decl(self.config));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

macro_rules! export {
    ($($name:ident($input:ty) -> $output:ty;)*) => {
        fn main() {
            let config = Config::new().with_large_int("number");
            let mut types = Collector { config: &config, seen: HashSet::new(), declarations: BTreeMap::new() };
            types.visit::<lq_protocol::error::ApiError>();
            $(types.visit::<$input>(); types.visit::<$output>();)*
            println!("// Written by `cargo xtask bindings --write` from the Rust contract. Do not edit.\n");
            for declaration in types.declarations.values() {
                println!("export {declaration}\n");
            }
            println!("/** Each command: what it takes and what it gives. */");
            println!("export type Commands = {{");
            $(println!(
                "  {}: [{}, {}];",
                stringify!($name),
                <$input as TS>::name(&config),
                <$output as TS>::name(&config)
            );)*
            println!("}};");
        }
    };
}

lq_client::commands!(export);
