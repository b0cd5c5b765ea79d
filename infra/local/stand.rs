//! The stand itself: every part started in order, and stopped in the reverse.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use domain::{Principal, Tenant};
use functions::{Call, System};
use store::{Bucket, Table};
use tokio::net::TcpListener;
use tokio::sync::{OnceCell, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{interval, timeout};
use uuid::Uuid;

use crate::bucket::{ObjectServer, Objects};
use crate::engine::Engine;
use crate::folder::Folder;
use crate::gateway::gateway;
use crate::identity::{Grant, Issuer};
use crate::key::IssuerKey;
use crate::options::{Data, Options};
use crate::rights::Rights;
use crate::schedule::{Jobs, Schedule};
use crate::table::TableDefinition;
use crate::template::{BucketRules, Template};
use crate::time::Time;
use crate::{clock, cors, health, login};

/// How long requests under way may take when the stand stops.
const GRACE: Duration = Duration::from_secs(10);
/// How often objects are looked at that nobody may have asked for.
const LIFECYCLE: Duration = Duration::from_hours(1);
/// The table's name, where nobody else's table is.
const TABLE: &str = "ventanilla";

/// A running stand. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct Stand {
    url: String,
    /// As somebody reaches it who may do anything.
    system: System,
    issuer: Arc<Issuer>,
    rights: Arc<Rights>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
    time: Arc<Time>,
    /// What runs by itself; it ends with the stand.
    schedules: JoinSet<()>,
    engine: Option<Engine>,
    /// Where its engine, or another one, listens.
    dynamodb: OnceCell<String>,
    objects: Option<ObjectServer>,
    folder: Option<Folder>,
    /// Whether the table was made for this run in an engine that outlives it.
    borrowed_table: bool,
}

impl Stand {
    /// Starts every part; when it returns, the stand answers.
    pub async fn start(options: Options) -> Result<Self> {
        let Options {
            host,
            port,
            bucket_port,
            data,
            dynamodb_endpoint,
            bucket,
            key,
            runs_schedules,
        } = options;
        ensure!(
            host.is_loopback(),
            "{host} is not a loopback address: whoever reaches the stand can mint a token for anybody, so it serves \
             this machine only; on a network, deploy infra/template.yaml"
        );
        let template = Template::embedded()?;
        let listener = listen((host, port).into()).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let folder = match &data {
            Data::Folder(path) => Some(Folder::open(path)?),
            Data::Reset(path) => Some(Folder::open(path)?.emptied()?),
            Data::Ephemeral => None,
        };

        let key = match (key, &folder) {
            (Some(key), _) => key,
            (None, Some(folder)) => IssuerKey::load_or_generate(&folder.key())?,
            (None, None) => IssuerKey::generate()?,
        };
        let issuer = Arc::new(Issuer::new(&url, key)?);

        let borrowed_table = dynamodb_endpoint.is_some() && folder.is_none();
        let name = if borrowed_table {
            format!("{TABLE}-{}", Uuid::now_v7())
        } else {
            TABLE.into()
        };
        let dynamodb = OnceCell::new_with(dynamodb_endpoint.clone());
        let (engine, table) =
            engine(dynamodb_endpoint, folder.as_ref(), &name, &template.table).await?;

        let time = Time::open(folder.as_ref())?;
        let (objects, bucket) = match bucket {
            Some(bucket) => (None, bucket),
            None => objects(template.bucket.clone(), folder.as_ref(), bucket_port, &time).await?,
        };
        let system = System {
            table: table.clone(),
            bucket,
            clock: time.clock(),
        };
        let rights = Rights::of(&template);
        let (services, jobs) = functions_of(&system, &rights);
        let schedule = Schedule::of(&template, jobs)?;
        if let Some(objects) = &objects {
            objects.tell(schedule.clone());
        }
        let mut schedules = JoinSet::new();
        if runs_schedules {
            schedules = schedule.start();
            schedules.extend(
                objects
                    .as_ref()
                    .map(|server| forget(server.objects(), &time)),
            );
        }
        let doors = clock::Doors {
            time: Arc::clone(&time),
            schedule,
            table: table.clone(),
            objects: objects.as_ref().map(ObjectServer::objects),
            moving: Arc::default(),
        };
        let app = health::routes(table.clone(), Arc::clone(&time))
            .merge(login::routes(Arc::clone(&issuer)))
            .merge(clock::routes(doors))
            .merge(gateway(&template, services, &issuer)?);
        let app = cors::layered(app, template.cors);
        let (stop, server) = serve(listener, app);
        Ok(Self {
            url,
            system,
            issuer,
            rights,
            stop,
            server,
            time,
            schedules,
            engine,
            dynamodb,
            objects,
            folder,
            borrowed_table,
        })
    }

    /// Where it answers, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens a port of its DynamoDB engine, once, on this machine's loopback address, and says where it is; or where another
    /// engine is. Who reaches it can read
    /// and change everything: it is for tests and measurements.
    pub async fn open_dynamodb(&self) -> Result<&str> {
        let open = async || {
            let engine = self.engine.as_ref();
            engine.context("it has no engine")?.open_port().await
        };
        Ok(self.dynamodb.get_or_try_init(open).await?)
    }

    /// What its functions may do, and have done.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// The system as one of its functions may use it.
    pub fn system_of(&self, function: &str) -> System {
        self.rights.bound(function, &self.system)
    }

    /// The table, as somebody reaches it who may do anything.
    pub fn table(&self) -> &Table {
        &self.system.table
    }

    /// The bucket, as somebody reaches it who may do anything.
    pub fn bucket(&self) -> &Bucket {
        &self.system.bucket
    }

    /// The server of the bucket, if it is the stand's own.
    pub fn objects(&self) -> Option<&ObjectServer> {
        self.objects.as_ref()
    }

    /// The issuer of its tokens.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Where it keeps its data, if it does.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(Folder::path)
    }

    /// How far its time was moved ahead of the machine's, in words, if it was.
    pub fn moved(&self) -> Option<String> {
        self.time.moved()
    }

    /// A token that is good for a day.
    pub fn token(&self, tenant: &str, sub: &str, roles: &[&str]) -> Result<String> {
        self.issuer.mint(&Grant {
            tenant: Tenant::parse(tenant).with_context(|| format!("{tenant} is no tenant"))?,
            sub: Principal::parse(sub).with_context(|| format!("{sub} is no principal"))?,
            roles: roles.iter().copied().map(Into::into).collect(),
            expires_in: login::LONGEST,
        })
    }

    /// Takes no more requests, lets those under way finish, and closes the data.
    pub async fn shutdown(self) -> Result<()> {
        let Self {
            stop,
            server,
            mut schedules,
            engine,
            objects,
            system,
            folder,
            borrowed_table,
            ..
        } = self;
        drop(stop);
        // A job can be stopped anywhere; the next stand goes on.
        schedules.shutdown().await;
        let abort = server.abort_handle();
        let served = timeout(GRACE, server).await;
        let table = system.table;
        if borrowed_table
            && let Err(error) = table
                .client()
                .delete_table()
                .table_name(table.name())
                .send()
                .await
        {
            eprintln!("the table {} could not be deleted: {error}", table.name());
        }
        if let Some(objects) = objects {
            // Whoever is in the middle of an upload begins again.
            let _ = timeout(GRACE, objects.close()).await;
        }
        if let Some(engine) = engine {
            timeout(GRACE, engine.close())
                .await
                .context("the engine does not stop")??;
        }
        drop(folder);
        let Ok(served) = served else {
            abort.abort();
            bail!("some requests had not finished after {} s", GRACE.as_secs());
        };
        Ok(served??)
    }
}

/// Serves until what stops it is dropped, and then what is under way.
fn serve(
    listener: TcpListener,
    app: Router,
) -> (oneshot::Sender<()>, JoinHandle<std::io::Result<()>>) {
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(
        listener,
        app.into_make_service_with_connect_info::<SocketAddr>(),
    );
    let server = server.with_graceful_shutdown(async {
        // An error is a dropped sender: no one holds this local server any more.
        let _ = stopped.await;
    });
    (stop, tokio::spawn(server.into_future()))
}

/// The bucket's server, over the folder's objects or over none that are kept; and the bucket.
async fn objects(
    rules: BucketRules,
    folder: Option<&Folder>,
    port: u16,
    time: &Arc<Time>,
) -> Result<(Option<ObjectServer>, Bucket)> {
    let time = Arc::clone(time);
    let objects = folder.map(Folder::objects);
    let server = ObjectServer::start(rules, objects.as_deref(), port, move || time.now()).await?;
    let bucket = server.bucket(server.url()).where_files_are_scanned();
    Ok((Some(server), bucket))
}

/// Deletes the objects that nobody has asked for in time, once an hour. S3 does it within days.
fn forget(objects: Arc<Objects>, time: &Arc<Time>) -> impl Future<Output = ()> + use<> {
    let time = Arc::clone(time);
    async move {
        let mut ticks = interval(LIFECYCLE);
        loop {
            ticks.tick().await;
            if let Err(error) = objects.expire(time.now()).await {
                eprintln!("the bucket: what has expired is not deleted: {error}");
            }
        }
    }
}

/// The system's functions by name, each with its own rights: those the gateway calls, and those that are called
/// otherwise.
fn functions_of(system: &System, rights: &Arc<Rights>) -> (HashMap<&'static str, Router>, Jobs) {
    let (mut services, mut jobs) = (HashMap::new(), Jobs::new());
    for function in functions::contents() {
        let system = rights.bound(function.name, system);
        match function.call {
            Call::Routes(routes) => {
                services.insert(
                    function.name,
                    functions::service(function.name, *routes, system),
                );
            }
            Call::Schedule(job) | Call::Event(job) => {
                jobs.insert(function.name, (job, system));
            }
        }
    }
    (services, jobs)
}

/// The table, in another engine or in one that this local server starts: the folder's, or one that forgets everything.
async fn engine(
    endpoint: Option<String>,
    folder: Option<&Folder>,
    name: &str,
    definition: &TableDefinition,
) -> Result<(Option<Engine>, Table)> {
    if let Some(endpoint) = endpoint {
        let table = Table::local(&endpoint, name);
        let made = definition.create(table.client(), name).await;
        made.with_context(|| format!("the DynamoDB engine at {endpoint}"))?;
        return Ok((None, table));
    }
    let engine = match folder {
        Some(folder) => Engine::in_folder(folder, name, definition).await?,
        None => Engine::in_memory(name, definition).await?,
    };
    let table = engine.table(name);
    Ok((Some(engine), table))
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let taken = error.kind() == ErrorKind::AddrInUse;
        let hint = if taken {
            ": stop what listens there, or choose another --port"
        } else {
            ""
        };
        anyhow::Error::from(error).context(format!("cannot listen on {address}{hint}"))
    })
}
