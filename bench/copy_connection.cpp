// Makes a store of many connections out of one that is connected, so that their number can be measured.
// copy_connection STORE MASTER_KEY_FILE NAME COUNT
// Each copy has the credentials of NAME at Walmart, its sign-in at Exact, its mapping and its reference data, and a
// division and a prefix for its references of its own.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "flows/environment.h"
#include "json/value.h"
#include "net/event_loop.h"
#include "net/system_clock.h"
#include "store/secret_store.h"
#include "store/sqlite/sqlite_store.h"

namespace {

using namespace connector;
using domain::Result;

constexpr std::array<std::string_view, 9> kReferenceKinds{
    "item", "gl_account", "cost_center", "cost_unit", "vat_code", "account", "warehouse", "journal", "period"};

struct Original {
  store::ConnectionRow row;
  json::Value settings;
  std::string walmart;
  domain::Mapping mapping;
  std::vector<std::pair<std::string, std::vector<store::ReferenceRow>>> references;
  std::vector<std::pair<std::string, std::string>> marks;  ///< how far Exact's lists were read
};

Result<Original> read_original(store::Reader& reader, const store::Vault& vault, const std::string& name) {
  Original original;
  auto row = reader.connection(name);
  if (!row) return domain::fail(row.error());
  if (!*row) return domain::fail(domain::Cause::not_found, "there is no connection " + name);
  original.row = std::move(**row);
  auto settings = json::parse(original.row.settings);
  if (!settings) return domain::fail(settings.error());
  original.settings = std::move(*settings);
  original.settings.set("exact_sign_in_of", name);
  auto walmart = store::get_secret(reader, vault, original.row.id, flows::kWalmartCredentials);
  if (!walmart) return domain::fail(walmart.error());
  original.walmart = walmart->value_or("");
  auto mapping = reader.mapping(original.row.id);
  if (!mapping) return domain::fail(mapping.error());
  original.mapping = std::move(*mapping);
  std::vector<std::string> names{"sync/item/2", "sync/deleted", "reference/default_sales_journal"};
  for (const std::string_view kind : kReferenceKinds) {
    auto rows = reader.references(original.row.id, kind);
    if (!rows) return domain::fail(rows.error());
    original.references.emplace_back(kind, std::move(*rows));
    for (const char* of : {"reference/", "sync/"}) names.push_back(of + std::string(kind));
  }
  for (std::string& mark : names) {
    auto value = reader.watermark(original.row.id, mark);
    if (!value) return domain::fail(value.error());
    if (*value) original.marks.emplace_back(std::move(mark), std::move(**value));
  }
  return original;
}

Result<void> add_copy(store::Transaction& transaction, const store::Vault& vault, const Original& original,
                      std::int64_t number) {
  store::ConnectionRow row = original.row;
  row.name = fmt::format("{}-{}", original.row.name, number);
  row.division = original.row.division + 1 + number;
  json::Value settings = original.settings;
  settings.set("reference_prefix", fmt::format("C{}-", number));
  row.settings = json::write(settings);
  auto id = transaction.add_connection(row);
  if (!id) return domain::fail(id.error());
  if (auto put = store::put_secret(transaction, vault, *id, flows::kWalmartCredentials, original.walmart); !put) {
    return put;
  }
  if (auto put = transaction.replace_mapping(*id, original.mapping); !put) return put;
  for (const auto& [kind, rows] : original.references) {
    if (auto put = transaction.replace_references(*id, kind, rows); !put) return put;
  }
  for (const auto& [mark, value] : original.marks) {
    if (auto put = transaction.put_watermark(*id, mark, value); !put) return put;
  }
  return {};
}

ports::Task<int> fill(store::Store* store, const store::Vault* vault, std::string name, std::int64_t count) {
  constexpr std::int64_t batch = 200;
  const auto failed = [](const domain::Error& error) {
    std::fprintf(stderr, "copy_connection: %s\n", error.message.c_str());
    return 70;
  };
  auto look = [vault, name](store::Reader& reader) { return read_original(reader, *vault, name); };
  auto original = co_await store->read(std::move(look));
  if (!original) co_return failed(original.error());
  for (std::int64_t begin = 0; begin < count; begin += batch) {
    auto work = [vault, original = &*original, begin,
                 end = std::min(begin + batch, count)](store::Transaction& transaction) -> Result<void> {
      for (std::int64_t i = begin; i < end; ++i) {
        if (auto added = add_copy(transaction, *vault, *original, i); !added) return added;
      }
      return {};
    };
    if (auto written = co_await store->write(std::move(work)); !written) co_return failed(written.error());
  }
  co_return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "copy_connection STORE MASTER_KEY_FILE NAME COUNT\n");
    return 2;
  }
  net::EventLoop loop;
  net::SystemClock clock;
  auto vault = store::Vault::open({argv[2], {}});
  auto opened = store::open_sqlite_store(argv[1], loop, clock);
  if (!vault || !opened) {
    std::fprintf(stderr, "copy_connection: %s\n", (!vault ? vault.error() : opened.error()).message.c_str());
    return 5;
  }
  return net::run_until_complete(loop, fill(opened->get(), &*vault, argv[3], std::atoll(argv[4])));
}
