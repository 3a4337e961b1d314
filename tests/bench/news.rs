//! How soon a change on one device is on another that is online.

use crate::files::Failure;
use crate::measure::{Figure, median, millis, p95, print};
use lq_client::contract::customers::{CreateCustomer, CustomerRef, UpdateCustomer};
use lq_client::contract::session::SignIn;
use lq_client::events::Event;
use lq_client::{Client, Config};
use lq_domain::access::Role;
use lq_domain::customers::Field;
use lq_domain::feature::Feature;
use lq_domain::ids::CustomerId;
use lq_server::{Config as ServerConfig, start};
use lq_testkit::clock::SystemClock;
use lq_testkit::postgres::{Cluster, app_at};
use lq_testkit::random::SeededRandom;
use lq_testkit::staff::First;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const LOGIN: &str = "wangfang";
const PASSWORD: &str = "Langqiao-2026-desk";
/// Changes that are measured.
const CHANGES: usize = 200;
/// How long one may take; something is wrong, then.
const PATIENCE: Duration = Duration::from_secs(20);

/// Measures with two devices of one user.
pub(crate) async fn run(folder: &Path) -> Result<(), Failure> {
    let cluster = Cluster::start_careful()?;
    let url = cluster.create_database().await?;
    let app = app_at(&url, Arc::new(SystemClock), Arc::new(SeededRandom::new(1))).await?;
    let manager = First {
        login: LOGIN,
        name: "王芳",
        password: PASSWORD,
        role: Role::RelationshipManager,
        branch: "示例支行",
    };
    manager.work_at(&app).await?;
    let server = start(app, &ServerConfig::local()).await?;
    let here = device(folder, "here", &server.url(), 1).await?;
    let there = device(folder, "there", &server.url(), 2).await?;
    let id = first(&here, &there).await?;
    let mut took = Vec::with_capacity(CHANGES);
    for number in 0..CHANGES {
        took.push(millis(travel(&here, &there, id, &format!("第{number}次回访")).await?));
    }
    let figures = [
        Figure {
            name: "a change is saved until the other device is told to show it and reads it, p95".to_owned(),
            ours: p95(took.clone()),
            unit: "ms",
            against: None,
            goal: Some(500.0),
        },
        Figure::told("the same, median".to_owned(), median(took), "ms"),
    ];
    print(&format!("news, {CHANGES} changes"), &figures);
    Ok(())
}

async fn device(folder: &Path, name: &str, server: &str, seed: u64) -> Result<Client, Failure> {
    let client = Client::new(Config {
        folder: folder.join(name),
        clock: Arc::new(SystemClock),
        random: Arc::new(SeededRandom::new(seed)),
        device_name: name.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        authority: None,
    });
    let input =
        SignIn { login: LOGIN.to_owned(), password: PASSWORD.to_owned(), server: Some(server.to_owned()) };
    client.session_sign_in(input).await?;
    Ok(client)
}

/// The one customer, once both devices have it.
async fn first(here: &Client, there: &Client) -> Result<CustomerId, Failure> {
    let values = BTreeMap::from([(Field::Name, "张三".to_owned())]);
    let made = here.customers_create(CreateCustomer { values, key: "first".to_owned() }).await?;
    let id = *made.ids.first().ok_or("no customer was made")?;
    let until = Instant::now() + PATIENCE;
    while there.customers_get(CustomerRef { id }).await.is_err() {
        if Instant::now() > until {
            return Err("the customer does not come".into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(id)
}

/// Saves here and reads there whenever it is told that something changed.
async fn travel(here: &Client, there: &Client, id: CustomerId, notes: &str) -> Result<Duration, Failure> {
    let revision = here.customers_get(CustomerRef { id }).await?.revision;
    let values = BTreeMap::from([(Field::Notes, notes.to_owned())]);
    let mut events = there.events();
    let began = Instant::now();
    here.customers_update(UpdateCustomer { id, revision, values, reason: None }).await?;
    let shown = async {
        loop {
            match events.recv().await? {
                Event::Changed { features } if features.contains(&Feature::Customers) => {
                    let view = there.customers_get(CustomerRef { id }).await?;
                    if view.values.get(&Field::Notes).is_some_and(|shown| shown == notes) {
                        return Ok::<_, Failure>(());
                    }
                }
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, shown).await.map_err(|_| "the change does not come")??;
    Ok(began.elapsed())
}
