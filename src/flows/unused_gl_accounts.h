#pragma once

#include <string>
#include <vector>

#include "domain/settings.h"
#include "flows/mapping_check.h"
#include "store/store.h"

namespace connector::flows {

/// Whether a line of a SKU or charge names its mapped G/L account to Exact. The lines of sales orders do not, nor do
/// those of their invoices and credit memos; fees kept back stand on credit memos alone and do.
bool names_gl_account(const std::string& sku, const domain::ConnectionSettings& settings);

/// In document mode sales_order_and_invoice: the rows whose G/L account is not used, because the lines of sales orders
/// name none and Exact books on the revenue account of the item. A row for known items is no remark where one of them
/// is known to have another account (other_account); `*` only where none of the items it may stand for has the mapped
/// one, as not all of them need be sold at Walmart. With accounts unknown it is a remark (item_account). Empty in the
/// other modes and before the items were read.
domain::Result<std::vector<MappingFinding>> unused_gl_accounts(store::Reader& reader, store::ConnectionId connection);

/// Such findings in one sentence for a person, the first of them by name; empty if there are none.
std::string describe_unused_gl_accounts(const std::vector<MappingFinding>& findings);

}  // namespace connector::flows
