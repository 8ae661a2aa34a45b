"""ministack, with what differs from AWS in a way that this stack meets put right.

Each repair reaches into the emulator's internals, which is why its version is pinned exactly in requirements.txt. With
another version: take one away, run `npm run test:deploy`, and leave it out for good if all is well.
"""

import os
import signal
import sys
import threading

from ministack import app
from ministack.core import iam_actions, iam_evaluator, tls
from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners


def keep_alarms_over_metric_math():
    """AWS takes an alarm over several metrics; the emulator refuses it and rolls the stack back.

    Such an alarm is kept as one over its first metric. Nothing here rings alarms: their metrics come from log lines
    in the embedded metric format, which the emulator does not read.
    """
    record = provisioners._cw_metric_alarm_record

    def record_over_first_metric(name, props):
        stats = [one["MetricStat"] for one in props.get("Metrics") or [] if "MetricStat" in one]
        if not stats:
            return record(name, props)
        first = {"Period": stats[0]["Period"], "Statistic": stats[0]["Stat"], **stats[0]["Metric"]}
        return record(name, {**{key: value for key, value in props.items() if key != "Metrics"}, **first})

    provisioners._cw_metric_alarm_record = record_over_first_metric


def refer_to_secrets_by_arn():
    """The physical id of a secret, which Ref returns, is its ARN on AWS and its name here.

    A role that may read a secret of that name may read nothing, because requests are checked by ARN.
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    create, update, delete = (handlers[kind] for kind in ("create", "update", "delete"))

    def name_of(arn):
        return next((name for name, secret in secretsmanager._secrets.items() if secret["ARN"] == arn), arn)

    def create_by_arn(logical_id, props, stack_name):
        _, attributes = create(logical_id, props, stack_name)
        return attributes["Arn"], attributes

    def update_by_arn(physical_id, old_props, new_props, stack_name, logical_id=None):
        _, attributes = update(name_of(physical_id), old_props, new_props, stack_name, logical_id)
        return attributes["Arn"], attributes

    def delete_by_arn(physical_id, props):
        delete(name_of(physical_id), props)

    handlers.update(create=create_by_arn, update=update_by_arn, delete=delete_by_arn)


def let_one_action_cover_its_batch():
    """IAM knows no sqs:SendMessageBatch and its like: sqs:SendMessage covers both, and the emulator asks for each."""
    extract = iam_actions.extract_iam_action

    def extract_without_batch(service, *request):
        action = extract(service, *request)
        return action.removesuffix("Batch") if service == "sqs" and action else action

    iam_actions.extract_iam_action = extract_without_batch


def show_a_certificate_for_apis():
    """On AWS the certificate of an API covers its name; the emulator's covers localhost alone.

    A command that sends to the address of the outputs checks it.
    """
    names = tls._generated_cert_names
    tls._generated_cert_names = lambda: [*names(), "*.execute-api.localhost"]


def note_what_roles_may_and_may_not():
    """Not a repair: a line `<Allow or Deny>\t<role>\t<action>\t<resource>` for whatever a role did first.

    What no role ever did proves no permission, and what one was refused is a permission that is missing.
    """
    evaluate, enforce = iam_evaluator.evaluate, iam_evaluator.enforce
    asked = threading.local()
    noted = set()
    lock = threading.Lock()
    file = open("decisions.txt", "a", buffering=1, encoding="utf-8")

    def evaluate_and_remember(context, *policies):
        # First by the policies of whoever asks, then by those of the resource.
        asked.context = context
        return evaluate(context, *policies)

    def enforce_and_note(*request, **more):
        asked.context = None
        denied = enforce(*request, **more)
        if asked.context:
            note("Deny" if denied else "Allow", asked.context)
        return denied

    def note(decision, context):
        _, _, role = context.principal_arn.partition(":assumed-role/")
        line = "\t".join([decision, role.split("/")[0], context.action, context.resource_arn])
        with lock:
            if role and line not in noted:
                noted.add(line)
                file.write(f"{line}\n")

    iam_evaluator.evaluate, iam_evaluator.enforce = evaluate_and_remember, enforce_and_note


def keep_saved_queries():
    """AWS keeps queries for Logs Insights; the emulator knows no such resource and refuses the template.

    Nothing asks for one here.
    """

    def create(logical_id, props, stack_name):
        return f"{stack_name}-{logical_id}", {}

    def update(physical_id, old_props, new_props, stack_name, logical_id=None):
        return physical_id, {}

    handlers = {"create": create, "update": update, "update_with_logical_id": True, "delete": lambda *_: None}
    provisioners._RESOURCE_HANDLERS["AWS::Logs::QueryDefinition"] = handlers


def listen_on_one_port():
    """With TLS the emulator takes port 443 as well where it may; another run, or a web server, may want it."""
    app._port_is_bindable = lambda host, port: False


def end_with_whoever_started_this():
    """Its standard input ends when that process does, however it ends; the workers of the functions go along."""

    def wait():
        sys.stdin.buffer.read()
        os.killpg(os.getpgid(0), signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    keep_alarms_over_metric_math()
    refer_to_secrets_by_arn()
    let_one_action_cover_its_batch()
    keep_saved_queries()
    show_a_certificate_for_apis()
    note_what_roles_may_and_may_not()
    listen_on_one_port()
    end_with_whoever_started_this()
    app.main()
