#!/bin/bash
# The same of the service, whose processes run as another user.
exec bash "$(dirname "$0")/core-door.sh" "$1" --service
