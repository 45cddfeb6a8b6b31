#pragma once

#include <set>
#include <string>

#include "engine/target.h"
#include "exact/client.h"
#include "ports/clock.h"
#include "store/store.h"
#include "walmart/client.h"

namespace connector::flows {

/// Brings prices about: bulk feeds and single prices at Walmart, rows of Exact's price list. Each sets a price to an
/// amount, so that what an unclear outcome left is seen by reading it. Executor thread only.
class PriceTarget {
 public:
  PriceTarget(walmart::Client& walmart, exact::Client& exact, store::Store& store, ports::Clock& clock)
      : walmart_(walmart), exact_(exact), store_(store), clock_(clock) {}

  ports::Task<engine::SendOutcome> send(store::PostingRow row, domain::UtcTime not_after);
  ports::Task<engine::LookUpOutcome> look_up(store::PostingRow row);

 private:
  ports::Task<engine::SendOutcome> send_feed(store::PostingRow row, domain::UtcTime not_after);
  ports::Task<engine::SendOutcome> send_urgent(store::PostingRow row, domain::UtcTime not_after);
  ports::Task<engine::SendOutcome> send_item_price(store::PostingRow row, domain::UtcTime not_after);
  ports::Task<engine::LookUpOutcome> look_up_feed(store::PostingRow row);
  ports::Task<engine::LookUpOutcome> find_feed(store::PostingRow row);
  ports::Task<engine::LookUpOutcome> recognize_feed(store::PostingRow row, std::set<std::string> candidates);
  ports::Task<engine::LookUpOutcome> follow_feed(store::PostingRow row, std::string feed_id);
  ports::Task<engine::LookUpOutcome> look_up_urgent(store::PostingRow row);
  ports::Task<engine::LookUpOutcome> look_up_item_price(store::PostingRow row);

  walmart::Client& walmart_;
  exact::Client& exact_;
  store::Store& store_;
  ports::Clock& clock_;
};

/// How long to wait before a feed is asked for again, by its age: often at first, then as rarely as Walmart advises
/// (walmart.md 5).
domain::Milliseconds feed_pause(domain::Milliseconds age);

}  // namespace connector::flows
