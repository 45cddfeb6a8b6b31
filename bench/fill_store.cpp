// Fills a connector's store with posted orders, so that the cost of history can be measured.
// fill_store STORE CONNECTION_ID ORDERS FACTS_FILE DOCUMENT_FILE BODY_FILE [trail]
// The files hold one real order's texts. With "trail" each posting has its record in the audit trail, and one in five
// hundred is held, as the console's pages need it.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "net/event_loop.h"
#include "net/system_clock.h"
#include "store/sqlite/sqlite_store.h"

namespace {

using namespace connector;

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

ports::Task<int> fill(store::Store* store, ports::Clock* clock, store::ConnectionId connection, std::int64_t count,
                      std::string facts, std::string document, std::string body, bool trail) {
  constexpr std::int64_t batch = 2'000;
  constexpr std::int64_t held_every = 500;
  for (std::int64_t begin = 0; begin < count; begin += batch) {
    auto work = [connection, begin, end = std::min(begin + batch, count), now = clock->now(), facts, document, body,
                 trail](store::Transaction& transaction) -> domain::Result<void> {
      for (std::int64_t i = begin; i < end; ++i) {
        store::OrderRow order;
        order.connection = connection;
        order.purchase_order_id = std::to_string(1'000'000'000'000 + i * 7919);
        order.customer_order_id = std::to_string(5'000'000'000'000 + i * 7919);
        order.order_time = now - std::chrono::hours(24 * 200) + std::chrono::seconds(i);
        order.seen_at = now;
        order.facts = facts;
        order.facts_digest = std::string(64, 'a');
        order.state = "open";
        if (auto put = transaction.put_order(order); !put) return put;
        store::PostingRow posting;
        posting.connection = connection;
        posting.source_id = order.purchase_order_id;
        posting.key = "invoice/" + posting.source_id + "/1";
        posting.reference = "WM-" + posting.source_id;
        posting.state = store::PostingState::posted;
        posting.document = document;
        posting.body = body;
        posting.body_digest = std::string(64, 'b');
        posting.attempt = 1;
        posting.target_id = "00000000-0000-0000-0000-000000000000";
        posting.total = domain::Decimal::from_integer(100);
        posting.currency = "USD";
        posting.document_date = "2026-05-01";
        posting.created_at = posting.updated_at = order.order_time;
        if (trail && i % held_every == 0) {
          posting.state = store::PostingState::held;
          posting.cause = domain::Cause::missing_item;
          posting.cause_detail = "item \"GONE-" + std::to_string(i % 7) + "\" does not exist in Exact";
          posting.target_id.clear();
        }
        if (auto inserted = transaction.insert_posting(posting); !inserted) return inserted;
        if (!trail) continue;
        store::AuditRecord record;
        record.at = posting.updated_at;
        record.connection = connection;
        record.actor = "system";
        record.action = posting.state == store::PostingState::held ? "posting.held" : "posting.posted";
        record.source_id = posting.source_id;
        record.posting_key = posting.key;
        record.attempt = posting.attempt;
        record.detail = "{}";
        if (auto appended = transaction.append_audit(std::move(record)); !appended) return appended;
      }
      return {};
    };
    auto written = co_await store->write(std::move(work));
    if (!written) {
      std::fprintf(stderr, "fill_store: %s\n", written.error().message.c_str());
      co_return 70;
    }
  }
  co_return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool trail = argc == 8 && std::string_view(argv[7]) == "trail";
  if (argc != 7 && !trail) {
    std::fprintf(stderr, "fill_store STORE CONNECTION_ID ORDERS FACTS_FILE DOCUMENT_FILE BODY_FILE [trail]\n");
    return 2;
  }
  net::EventLoop loop;
  net::SystemClock clock;
  auto opened = store::open_sqlite_store(argv[1], loop, clock);
  if (!opened) {
    std::fprintf(stderr, "fill_store: %s\n", opened.error().message.c_str());
    return 5;
  }
  return net::run_until_complete(loop, fill(opened->get(), &clock, std::atoll(argv[2]), std::atoll(argv[3]),
                                            read_file(argv[4]), read_file(argv[5]), read_file(argv[6]), trail));
}
