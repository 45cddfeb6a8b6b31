#pragma once

#include "json/value.h"
#include "store/store.h"

namespace connector::flows {

// Credit memos of an order are numbered as its refunds are heard of; what each gives back tells its description. `held`
// is a header of salesinvoice/SalesInvoices with Description, `row` a credit memo's posting.

/// Whether it says word for word what the posting gives back, and of which invoice.
bool has_description_of(const json::Value& held, const store::PostingRow& row);

/// Whether it names another return than the posting does: then it is another posting's, whatever its number. False if
/// one of them names none: a refund that the order told, or a person's words.
bool names_another_return(const json::Value& held, const store::PostingRow& row);

/// Whether one of them gives back a return, and the other money that the order told of before its return did: that has
/// one unit a line and leaves the goods where they are, so it may differ although the amount agrees.
bool may_differ_in_units(const json::Value& held, const store::PostingRow& row);

/// Whether both postings give back the same, so that a credit memo in Exact may be either's.
bool have_one_description(const store::PostingRow& row, const store::PostingRow& other);

}  // namespace connector::flows
