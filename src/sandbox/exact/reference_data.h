#pragma once

#include "sandbox/exact/resource.h"

namespace connector::sandbox::exact {

/// POST, PUT and DELETE of set-up data: customers, items, ledger accounts, cost centers and the like.
Outcome create_account(Call& call);
Outcome create_address(Call& call);
Outcome create_contact(Call& call);
Outcome create_item(Call& call);
/// Entities that need a unique Code and a Description.
Outcome create_coded(Call& call);
Outcome create_item_warehouse(Call& call);
Outcome create_sales_item_price(Call& call);
Outcome create_document(Call& call);
Outcome update_record(Call& call);
Outcome delete_record(Call& call);

}  // namespace connector::sandbox::exact
