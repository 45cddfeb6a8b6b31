#include "app/config.h"

namespace connector::app {

std::string_view config_template() {
  return R"(# ml-connector: Walmart Marketplace to Exact Online
#
# Every setting shown has its default value. Relative file names count from the folder of this file.
# A variable ML_CONNECTOR__SECTION__KEY in the environment wins over this file, for example
# ML_CONNECTOR__SERVER__LISTEN=0.0.0.0:8480. Credentials do not belong here: see `ml-connector connect --help`.

[store]
# Where everything that must survive is kept. Use a local disk: SQLite's locks do not hold on network disks.
url = "sqlite:ml-connector.db"
# Or in a PostgreSQL database (13 or newer), which many processes on several machines may share. A password belongs in
# ~/.pgpass or PGPASSWORD rather than here.
# url = "postgresql://connector@db.example/books?sslmode=verify-full"

[vault]
# The key that encrypts credentials and tokens. Keep a copy apart from the store: without it they are lost.
master_key_file = "master.key"
# Or take it from an environment variable instead:
# master_key_env = "ML_MASTER_KEY"

[server]
# Where `serve` listens for the console, the API, metrics and webhooks.
listen = "127.0.0.1:8480"
# The address under which the outside world reaches it, for sign-in at Exact and for webhooks.
# public_url = "https://connector.example"
# Web servers before it, by address or range. Only theirs is the header X-Forwarded-For believed, which tells where a
# request comes from: by it wrong passwords are counted and sign-ins recorded.
# trusted_proxies = ["127.0.0.1", "::1"]

[walmart]
base_url = "https://marketplace.walmartapis.com"

[exact]
# Each country has its own: start.exactonline.nl, .be, .de, .co.uk, .fr, .es, .com
base_url = "https://start.exactonline.nl"
# Where the console's links to a sales order, a delivery and an invoice lead, below base_url. Exact publishes no addresses
# of single documents, so these open the division. To open the document itself, copy the address of one from your
# browser and put {division}, {id} or {number} in the place of its own: see docs/console.md.
order_page = "/docs/MenuPortal.aspx?_Division_={division}"
delivery_page = "/docs/MenuPortal.aspx?_Division_={division}"
invoice_page = "/docs/MenuPortal.aspx?_Division_={division}"

[http]
# true permits http:// to loopback addresses, as the sandbox uses. Elsewhere TLS is required and verified.
allow_plain_loopback = false
connect_timeout = "5s"
request_timeout = "30s"

[retry]
# Waiting times after a failed attempt: initial, then times factor, up to max; a random part is taken off.
initial = "2s"
factor = 2.0
max = "1h"
# After so long a posting waits for a person. It is never dropped.
give_up_after = "72h"

[schedule]
# Per flow an interval ("2m"), a cron expression in UTC ("30 2 * * *") or in the time zone it ends with
# ("30 2 * * * Europe/Amsterdam"), or "off". A connection may have its own: `connection set NAME orders_schedule 5m`.
orders = "2m"
returns = "10m"
inventory = "15m"
prices = "1h"
settlements = "6h"
# A flow reads again what changed so long before its last run, for facts that the remote shows late.
overlap = "10m"

[webhooks]
# true has `serve` subscribe every connection at Walmart, and at Exact where its webhook secret is stored
# (`webhook subscribe NAME exact --secret-file F`). Both call server.public_url.
subscribe = false
# While notices come, a flow they tell of polls only so often; Walmart tells of no shipments, so they are seen by polling.
sweep = "20m"
# Without a notice for so long, or when polling finds an order that no notice told of, flows poll by [schedule] again.
silent_after = "6h"
# A notice that comes again within this time is the sender's own retry and acknowledged; later it is refused as a replay.
retry_window = "90m"
)";
}

}  // namespace connector::app
