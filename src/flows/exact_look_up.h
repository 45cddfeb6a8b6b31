#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/target.h"
#include "exact/client.h"
#include "exact/odata_query.h"
#include "store/store.h"

namespace connector::flows {

/// Finds postings again in one Exact division: by reference, by the sales order or by the id that Exact gave, as many
/// with one call as a filter may have terms. Executor thread only.
class ExactLookUp {
 public:
  /// Rows of one kind that share a call.
  static constexpr std::size_t rows_per_call = exact::ODataFilter::most_terms;

  ExactLookUp(exact::Client& client, store::Store& store) : client_(client), store_(store) {}

  /// One outcome per row, in order; rows may be of any kind that goes to Exact as a document.
  ports::Task<std::vector<engine::LookUpOutcome>> look_up(std::vector<store::PostingRow> rows);

 private:
  /// Some of the rows, all found in the same way and no more than one call takes, and where the outcomes of all go.
  struct Batch {
    const std::vector<store::PostingRow>* rows;
    std::vector<std::size_t> indices;
    std::vector<engine::LookUpOutcome>* outcomes;

    const store::PostingRow& row(std::size_t index) const { return (*rows)[index]; }
    engine::LookUpOutcome& outcome(std::size_t index) const { return (*outcomes)[index]; }
    /// True of what one of the rows is found by: `term(index)`.
    template <class Term>
    exact::ODataFilter any_of(Term term) const;
    exact::ODataFilter by_reference() const;
    /// No look-up of the batch succeeded.
    void fail(const ports::CallFailure& failure) const;
    void fail(const domain::Error& error) const;
  };
  using Method = ports::Task<void> (ExactLookUp::*)(Batch batch);
  static Method method_for(const store::PostingRow& row);

  using Rows = ports::Answer<std::vector<json::Value>>;
  /// All rows of the query; nullopt after the batch was told of the failure.
  ports::Task<std::optional<Rows>> read(const exact::ODataQuery* query, const Batch* batch);

  ports::Task<void> look_up_by_reference(Batch batch);
  ports::Task<void> look_up_orders(Batch batch);
  ports::Task<void> look_up_placed_orders(Batch batch);
  ports::Task<void> look_up_order_changes(Batch batch);
  ports::Task<void> look_up_deliveries(Batch batch);
  /// Of those credit memos and reversals that were never sent and are absent: whether they stand in Exact under another
  /// number of their order.
  ports::Task<void> look_up_renumbered(Batch batch);
  /// Ids of those invoices that a posting has, and the references that the orders' postings bear.
  ports::Task<domain::Result<std::set<std::string>>> spoken_for(const Batch* batch,
                                                                const std::vector<json::Value>* invoices);
  /// The rows of which one of the filters is true, some per call; without filters none.
  ports::Task<ports::CallResult<std::vector<json::Value>>> read_any_of(std::string resource,
                                                                       std::vector<std::string> columns,
                                                                       std::vector<exact::ODataFilter> wanted);
  ports::Task<void> look_up_order_invoices(Batch batch);
  ports::Task<void> look_up_processings(Batch batch);
  ports::Task<void> look_up_accounts(Batch batch);
  ports::Task<void> look_up_shares(Batch batch);

  /// Completes found sales orders, whose ids stand in their outcomes, with the ids of their lines.
  ports::Task<void> read_order_lines(Batch batch);

  struct OrderInvoice;
  ports::Task<domain::Result<std::vector<OrderInvoice>>> order_invoices_of(const Batch* batch);
  /// `is_made`: the background process has told that it made them.
  ports::Task<void> find_order_invoices(Batch batch, bool is_made);
  /// Of invoices not yet taken by other postings, the one that Exact made of this posting's delivery where another
  /// delivery's invoice was skipped; none while it is not made.
  ports::Task<std::optional<ports::CallFailure>> choose_beside_skipped(const store::PostingRow* row,
                                                                       const OrderInvoice* order_invoice,
                                                                       std::vector<const json::Value*>* free);
  /// What became of the background process that makes an invoice, as long as the invoice is not there.
  ports::Task<engine::LookUpOutcome> background_work_of(const store::PostingRow* row,
                                                        const OrderInvoice* order_invoice);

  exact::Client& client_;
  store::Store& store_;
};

}  // namespace connector::flows
