#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/environment.h"
#include "domain/result.h"
#include "domain/schedule.h"
#include "domain/time.h"
#include "ports/client_address.h"
#include "store/open_store.h"

namespace connector::app {

/// The config of design.md 1.3 with its defaults. Paths are absolute or relative to the working directory; those
/// that the file gives relative are already joined with the file's folder.
struct Config {
  struct {
    std::string url = "sqlite:ml-connector.db";
    store::StorePlace place{"ml-connector.db", ""};  ///< from url
  } store;
  struct {
    std::filesystem::path master_key_file = "master.key";  ///< unused when master_key_env is given
    std::string master_key_env;                            ///< name of the variable that holds the key
  } vault;
  struct {
    std::string listen = "127.0.0.1:8480";
    std::string listen_host = "127.0.0.1";  ///< from listen; IPv6 without brackets
    std::uint16_t listen_port = 8480;       ///< from listen; 0 = any free one
    std::string public_url;                 ///< without trailing slash; by default where `listen` is reached from here
    bool public_url_given = true;
    std::vector<ports::AddressRange> trusted_proxies;  ///< whose X-Forwarded-For is believed
  } server;
  struct {
    std::string base_url = "https://marketplace.walmartapis.com";  ///< without trailing slash
  } walmart;
  struct {
    std::string base_url = "https://start.exactonline.nl";  ///< without trailing slash
    /// Where a document is shown to a person, see server::ExactPages.
    std::string order_page = "/docs/MenuPortal.aspx?_Division_={division}";
    std::string delivery_page = order_page;
    std::string invoice_page = order_page;
  } exact;
  struct {
    bool allow_plain_loopback = false;
    domain::Milliseconds connect_timeout{5'000};
    domain::Milliseconds request_timeout{30'000};
  } http;
  struct {
    domain::Milliseconds initial{2'000};
    double factor = 2.0;
    domain::Milliseconds max{3'600'000};
    domain::Milliseconds give_up_after{72L * 3'600'000};
  } retry;
  struct {
    domain::FlowSchedules flows = default_schedules();  ///< of all domain::flow_names
    domain::Milliseconds overlap{600'000};  ///< how far before the last run a flow reads again, for late facts
  } schedule;
  struct {
    bool subscribe = false;                         ///< at the start of `serve`
    domain::Milliseconds sweep{1'200'000};          ///< between polls while notices come
    domain::Milliseconds silent_after{21'600'000};  ///< without a notice for so long they count as silent
    domain::Milliseconds retry_window{5'400'000};   ///< see server::WebhookOptions
  } webhooks;

 private:
  static domain::FlowSchedules default_schedules();
};

/// Reads a config. Pure: neither the file system nor the process environment is touched. `file_name` stands in the
/// messages, and its folder before relative paths. `ML_CONNECTOR__SECTION__KEY` in `environment` wins over the text.
/// Error: bad_input with every problem on its own line, "file:line:column: ..." or "environment ML_...: ...".
domain::Result<Config> parse_config(std::string_view text, std::string_view file_name, const Environment& environment);

/// Why a remote at `base_url` could not deliver to server.public_url: that leads to this machine alone, and the remote
/// is elsewhere. nullopt if nothing speaks against it.
std::optional<std::string> no_way_to_public_url(const Config& config, std::string_view base_url);

/// A commented config with all defaults, as `init` writes it.
std::string_view config_template();

}  // namespace connector::app
