#include "sandbox/walmart/marketplace.h"

#include <algorithm>

#include "sandbox/walmart/control.h"
#include "sandbox/walmart/gateway.h"
#include "sandbox/walmart/order_life.h"

namespace connector::sandbox::walmart {
namespace {

void run_entry(Seller& seller, const Agenda::Entry& entry) {
  switch (entry.kind) {
    case Agenda::Kind::return_step:
      return run_return_entry(seller, entry);
    case Agenda::Kind::feed_step:
      return run_feed_entry(seller, entry);
    case Agenda::Kind::price:
      return run_price_entry(seller, entry);
    case Agenda::Kind::webhook_retry:
      return run_webhook_entry(seller, entry);
    default:
      return run_order_entry(seller, entry);
  }
}

/// Everything that is due by `now`, in the order of time.
void live_until(Seller& seller, domain::UtcTime now) {
  while (true) {
    const auto creation = seller.orders.next_creation();
    const auto entry = seller.agenda.next_time();
    const bool has_creation = creation && *creation <= now;
    const bool has_entry = entry && *entry <= now;
    if (!has_creation && !has_entry) return;
    if (has_creation && (!has_entry || *creation <= *entry)) {
      place_next_order(seller);
    } else {
      run_entry(seller, seller.agenda.take());
    }
  }
}

domain::Result<void> load_order(Seller& seller, const json::Value& payload) {
  const auto number = seller.orders.load(payload, seller.switches);
  if (!number) return domain::fail(number.error());
  return {};
}

}  // namespace

Marketplace::Marketplace(Config config) : seller_(std::move(config)) {
  for (const OrderGenerator& generator : seller_.config.generators) add_orders(generator);
}

domain::UtcTime Marketplace::own_time(domain::UtcTime now) {
  latest_ = std::max(latest_, now + ahead_);
  return latest_;
}

void Marketplace::advance(domain::UtcTime now) { live_until(seller_, own_time(now)); }

ports::HttpResponse Marketplace::handle(const ports::ServerRequest& request, domain::UtcTime now) {
  advance(now);
  const Request parsed(request);
  if (parsed.segments.size() >= 2 && parsed.segments[0] == "sandbox" && parsed.segments[1] == "walmart") {
    return answer_control(*this, parsed, latest_, ahead_);
  }
  return answer_call(seller_, request, latest_);
}

std::vector<Delivery> Marketplace::take_deliveries() { return std::exchange(seller_.webhooks.outgoing(), {}); }

void Marketplace::delivered(std::uint64_t id, const std::optional<ports::HttpResponse>& answer, domain::UtcTime now) {
  advance(now);
  settle_delivery(seller_, id, answer, latest_);
}

domain::Result<std::size_t> Marketplace::load_samples(std::string_view json_text) {
  const auto body = json::parse(json_text);
  if (!body) return domain::fail(body.error());
  std::size_t count = 0;
  const auto load_all = [&](const json::Array& entries, auto&& load) -> domain::Result<void> {
    for (const json::Value& entry : entries) {
      if (auto done = load(seller_, entry); !done) return done;
      ++count;
    }
    return {};
  };
  domain::Result<void> done;
  if (body->is_array()) done = load_all(body->array(), load_order);
  if (done && (*body)["order"].is_object()) done = load_all({(*body)["order"]}, load_order);
  if (done) done = load_all((*body)["list"]["elements"]["order"].array(), load_order);
  if (done) done = load_all((*body)["returnOrders"].array(), load_return);
  if (!done) return domain::fail(done.error());
  if (count == 0) return domain::fail(domain::Cause::bad_input, "no orders and no returns in the payload");
  return count;
}

void Marketplace::add_orders(const OrderGenerator& generator) {
  seller_.orders.add_source(generator, seller_.catalogue);
  if (latest_ != domain::UtcTime{}) live_until(seller_, latest_);
}

}  // namespace connector::sandbox::walmart
