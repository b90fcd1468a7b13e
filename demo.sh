#!/bin/sh
# The demo of `make demo`: flattens the sample trail into ./lake and asks it a few questions, showing each command before it runs.
# It removes ./lake first, but only one that it made itself: that one has the marker lake/.demo.
set -eu
cd "$(dirname "$0")"

# In a pipe a query answers in CSV; a demo is read by people.
if [ -t 1 ]; then bold='\033[1m' plain='\033[0m' format=''; else bold='' plain='' format='--format table'; fi

title() { printf "\n$bold%s$plain\n" "$1"; }

# A command as it could be typed, then what it answers.
show() {
    printf '$ bin/traillake'
    for word in "$@"; do
        case $word in
            *[!A-Za-z0-9_./=-]*) printf ' "%s"' "$(printf %s "$word" | sed 's/["$]/\\&/g')" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n\n'
    bin/traillake "$@"
}

if [ -e lake ] && [ ! -e lake/.demo ]; then
    echo "./lake is there and is not the demo's: move it away, then run make demo again. Nothing was changed." >&2
    exit 1
fi
rm -rf lake
mkdir lake
touch lake/.demo

title 'A trail of three accounts becomes a lake'
status=0
show ingest tests/TrailLake.Tests/Samples/trail lake || status=$?
if [ "$status" -ne 1 ]; then
    echo "demo: expected exit status 1 of the ingest, since one record of the samples is broken, found $status" >&2
    exit 1
fi
printf '\nExit status 1 is expected here: all is done, but one record of the samples is broken, and was put into quarantine as it was.\n'

title 'Why it is there (add content to see the record itself)'
show query lake --format jsonl "select reason, message, source_object, source_index from quarantine"

title 'Which callers were refused most?'
show query lake $format "select regexp_extract(user_arn, '[^:]+\$') as caller, source_ip_address, count(*) as refused,
    count(distinct service) as services, count(distinct region) as regions
from events where regexp_like(error_code, 'Denied|Unauthorized')
group by 1, 2 order by refused desc, caller"

title 'An access key leaked: what did 198.51.100.77 get through with?'
show query lake $format "select min(event_time) as first_time, recipient_account_id as account, coalesce(session_issuer_user_name, user_name) as who,
    event_name, count(distinct request_id) as calls,
    round(sum(cast(json_extract_scalar(additional_event_data, '\$[\"bytesTransferredOut\"]') as double)) / 1e6, 1) as megabytes
from events where source_ip_address = '198.51.100.77' and not is_error
group by 2, 3, 4 order by 1, 2"

title 'Who signed in without MFA? (a view; bin/traillake views lake lists them all)'
show query lake $format "select event_time, coalesce(user_name, regexp_extract(user_arn, '[^/:]+\$')) as who, is_root, is_federated, is_failure
from console_logins_without_mfa order by event_time"

printf '\nThe lake is in ./lake. Ask it something: bin/traillake query lake "select …"\n'
