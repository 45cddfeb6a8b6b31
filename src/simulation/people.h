#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sandbox/exact/exact_service.h"
#include "simulation/held_oracle.h"
#include "simulation/seeded_random.h"
#include "simulation/shop_mapping.h"
#include "simulation/simulated_process.h"
#include "simulation/trace.h"

namespace connector::simulation {

/// What people do meanwhile: in Exact's screens, and with the connector's commands on a store of their own. Everything
/// that hinders is mended by somebody some hours later.
class People {
 public:
  People(SimulatedLoop& loop, SeededRandom random, SimulatedProcess& desk, sandbox::exact::Administration& exact,
         Trace& trace);

  /// Sets the connection up: credentials, mapping, sign-in. `ship_nodes`: their warehouses; none: stock is not counted.
  domain::Result<void> set_up(const domain::ConnectionSettings& settings, ShopMapping mapping,
                              const json::Value& remotes, std::map<std::string, std::string> ship_nodes,
                              sandbox::Service& exact);
  void edit_mapping();
  /// Maps a SKU to a G/L account that is another one than it should be.
  void mistype_account();
  void block_item();
  void block_account();
  void close_period();
  void set_list_price(const std::string& item, domain::Decimal price);
  void edit_document();
  /// Returns the id of the document that is gone; empty if there is none.
  std::string delete_document();
  /// Signs in to Exact again when it refused the stored tokens.
  void sign_in_if_needed(sandbox::Service& exact);
  /// Has tried again what is held and waits for a person's word, and nothing else. In a store that was put back from a
  /// backup, what Exact holds otherwise than planned is skipped and taken on by hand.
  void retry_held();
  /// After the store was put back from a backup: does again what was done with the connector since.
  void do_again_after_restoring();
  bool has_restored() const { return restored_at_.has_value(); }
  /// When the store was put back.
  std::optional<domain::UtcTime> restored_at() const { return restored_at_; }
  /// Undoes whatever still hinders.
  void mend_all();
  /// All that was ever in the way of postings.
  const std::vector<Hindrance>& hindrances() const { return hindrances_; }
  /// "2026-11": the months whose periods were ever closed.
  const std::set<std::string>& closed_months() const { return closed_months_; }
  /// Ids of the invoices that were processed in Exact's screens.
  const std::set<std::string>& printed_invoices() const { return printed_invoices_; }
  const std::set<std::string>& edited_orders() const { return edited_orders_; }
  const std::vector<MistypedAccount>& mistyped() const { return mistyped_; }
  /// Orders, and references of days' invoices, whose postings a person skipped to see to them by hand.
  const std::set<std::string>& taken_over() const { return taken_over_; }

 private:
  void in_exact(const std::string& action, const json::Value& arguments);
  void undo_later(std::function<void()> undo);
  /// Notes what is in the way until `undo` mends it some hours later.
  void hinder(domain::Cause cause, std::function<void()> undo);
  domain::Result<void> put_mapping(const MappingMistakes& mistakes, const char* action);
  domain::Result<void> sign_in(sandbox::Service& exact);
  std::string some_invoice();
  bool is_for_hands(const store::PostingRow& row) const;
  domain::Result<void> skip(const store::PostingRow& row);

  SimulatedLoop& loop_;
  SeededRandom random_;
  SimulatedProcess& desk_;
  sandbox::exact::Administration& exact_;
  Trace& trace_;
  ShopMapping mapping_ = ShopMapping::one_account;
  MappingMistakes mistakes_;
  std::vector<MistypedAccount> mistyped_;
  std::optional<domain::UtcTime> restored_at_;
  std::map<std::string, std::string> ship_nodes_;
  std::set<std::string> edited_orders_;
  std::set<std::string> taken_over_;
  std::set<std::string> closed_months_;
  std::set<std::string> printed_invoices_;
  std::vector<Hindrance> hindrances_;
  std::vector<std::function<void()>> to_undo_;
};

}  // namespace connector::simulation
