#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/output.h"

namespace connector::app {

/// The commands of design.md 1.2 with their options as typed, checked for form only. Names of files may be "-" for
/// standard input; times and amounts are still text.
namespace commands {

/// What `sandbox` and `demo` simulate.
struct SandboxOptions {
  std::uint64_t seed = 1;
  std::int64_t orders = 100;
  std::string profile = "calm";                    ///< calm, slow, flaky, hostile
  std::optional<std::int64_t> exact_minute_limit;  ///< 0 = none
  std::optional<std::int64_t> exact_day_limit;     ///< 0 = none
  std::optional<std::string> edition;              ///< invoicing, sales_orders, trade
  std::optional<double> stall_seconds;             ///< how long the profile's longest waits last
  double life_speed = 1.0;                         ///< how much faster than real time orders live
  std::optional<std::int64_t> placed_before;  ///< orders placed before the start; by default all at speed 1, else none
  std::vector<std::pair<std::string, std::string>> walmart_switches;  ///< NAME=VALUE
  std::vector<std::pair<std::string, std::string>> exact_switches;
};

struct Demo {
  SandboxOptions sandbox;
  std::string listen = "127.0.0.1:8480";
};
struct Serve {};
struct Sandbox {
  SandboxOptions options;
  std::string listen = "127.0.0.1";
  std::uint16_t walmart_port = 0;  ///< 0 = a free one
  std::uint16_t exact_port = 0;
};
struct Init {};

struct ConnectionAdd {
  std::string name;
  std::string market = "us";
  std::int64_t division = 0;  ///< 0 = chosen at sign-in
};
struct ConnectionList {};
struct ConnectionShow {
  std::string name;
};
struct ConnectionRemove {
  std::string name;
  bool force = false;  ///< also with open postings
};
struct ConnectionSet {
  std::string name;
  std::string key;
  std::string value;
};
struct ConnectionPause {
  std::string name;
  bool paused = true;  ///< false: resume
};

/// Where a client secret comes from: one of the two, or neither.
struct SecretSource {
  std::string file;         ///< "-" = standard input
  std::string environment;  ///< name of a variable
};
struct ConnectWalmart {
  std::string name;
  std::string client_id;
  SecretSource client_secret;
};
struct ConnectExact {
  std::string name;
  std::string client_id;  ///< empty: the stored one
  SecretSource client_secret;
  std::optional<std::string> code;
};
struct Ping {
  std::string name;
};

struct MappingImport {
  std::string name;
  std::string file;
  std::optional<std::string> ship_nodes;
  std::optional<std::string> kits;
  std::optional<std::string> aliases;
  bool allow_empty = false;  ///< a file without rows may empty what has some
};
struct MappingExport {
  std::string name;
  std::string part = "mapping";  ///< mapping, ship_nodes, kits, aliases
};
struct MappingCheck {
  std::string name;
};

struct Sync {
  std::string name;
  std::string flow;  ///< orders, returns, inventory, prices, settlements
  std::optional<std::string> since;
  bool dry_run = false;
};
struct FlowList {
  std::string name;
};
struct FlowPause {
  std::string name;
  std::string flow;
  bool paused = true;  ///< false: resume
};
struct FlowRun {
  std::string name;
  std::string flow;
};
struct FlowBackfill {
  std::string name;
  std::string flow;
  std::optional<std::string> from;  ///< without: go on with the one that is unfinished
  std::optional<std::string> to;    ///< without: now
  bool background = false;          ///< leave it to `serve`
};
struct WebhookSubscribe {
  std::string name;
  std::string system;   ///< walmart, exact
  std::string method;   ///< Walmart: HMAC, BASIC_AUTH, OAUTH; empty: the kept one, else HMAC
  SecretSource secret;  ///< Exact: the app's webhook secret; neither: the kept one
};
struct WebhookList {
  std::string name;
};
struct WebhookTest {
  std::string name;
};
struct WebhookRemove {
  std::string name;
  std::string system;
};
struct Postings {
  std::string name;
  std::optional<std::string> state;
  std::optional<std::string> order;
  std::int64_t limit = 100;
};
struct PostingShow {
  std::string key;
  std::optional<std::string> connection;
};
struct PostingRetry {
  std::vector<std::string> keys;
  bool all_failed = false;
  std::optional<std::string> connection;
};
struct PostingSkip {
  std::string key;
  std::string reason;
  std::optional<std::string> connection;
};

/// One urgent price at Walmart.
struct PriceSet {
  std::string name;
  std::string sku;
  std::string amount;
  bool beyond_guards = false;
};

struct Audit {
  std::string name;  ///< empty: what concerns no connection
  std::optional<std::string> order;
  std::optional<std::string> format;  ///< csv, jsonl
};
struct AuditVerify {
  std::optional<std::string> was;  ///< "SEQUENCE:HASH", as an earlier run named its newest record
};

struct Reconcile {
  std::string name;
  std::string from;
  std::string to;
};
struct Simulate {
  std::uint64_t seed = 1;
  std::int64_t seeds = 1;
  std::int64_t days = 7;
  std::int64_t orders = 100;
  std::string faults = "all";  ///< all, none, or a list with commas
  bool trace = false;          ///< print every event
};
struct KeyRotate {};
struct StoreBackup {
  std::string file;
};
struct StoreRestore {
  std::string file;
};
struct StoreRestored {};
struct StoreMove {
  std::string url;
};
struct Version {};
struct Doctor {};

}  // namespace commands

using Command =
    std::variant<commands::Demo, commands::Serve, commands::Sandbox, commands::Init, commands::ConnectionAdd,
                 commands::ConnectionList, commands::ConnectionShow, commands::ConnectionRemove,
                 commands::ConnectionSet, commands::ConnectionPause, commands::ConnectWalmart, commands::ConnectExact,
                 commands::Ping, commands::MappingImport, commands::MappingExport, commands::MappingCheck,
                 commands::Sync, commands::FlowList, commands::FlowPause, commands::FlowRun, commands::FlowBackfill,
                 commands::WebhookSubscribe, commands::WebhookList, commands::WebhookTest, commands::WebhookRemove,
                 commands::Postings, commands::PostingShow, commands::PostingRetry, commands::PostingSkip,
                 commands::PriceSet, commands::Audit, commands::AuditVerify, commands::Reconcile, commands::Simulate,
                 commands::KeyRotate, commands::StoreBackup, commands::StoreRestore, commands::StoreRestored,
                 commands::StoreMove, commands::Version, commands::Doctor>;

/// A command with what every command takes.
struct Invocation {
  Command command;
  std::optional<std::string> config_file;  ///< --config
  OutputFormat output = OutputFormat::text;
};

}  // namespace connector::app
