// Generated from the OpenAPI document of @bookend/admin by `pnpm --filter @bookend/client run generate`. Do not edit.
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The bindings, in the order in which they run; all of them unless parameters select some.
         * @description Requires the right bindings:read.
         */
        get: operations["get"];
        put?: never;
        /**
         * Adds a binding, or changes the given fields of the binding with this id.
         * @description Requires the right bindings:write.
         */
        post: operations["post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A list that contains only this binding.
         * @description Requires the right bindings:read.
         */
        get: operations["get_id"];
        put?: never;
        post?: never;
        /**
         * Deletes a binding.
         * @description Requires the right bindings:write.
         */
        delete: operations["delete_id"];
        options?: never;
        head?: never;
        /**
         * Changes the given fields, and within options and conditions only the given ones.
         * @description Requires the right bindings:write.
         */
        patch: operations["patch_id"];
        trace?: never;
    };
    "/available": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The names of all events.
         * @description Requires the right bindings:read.
         */
        get: operations["get_available"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/handlermodules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The ids of all handlers.
         * @description Requires the right bindings:read.
         */
        get: operations["get_handlermodules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/positions/{module}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The positions that bindings of a handler can have.
         * @description Requires the right bindings:read.
         */
        get: operations["get_positions_module"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/defaults/{module}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The defaults of a handler, even of one that does not exist.
         * @description Requires the right bindings:read.
         */
        get: operations["get_defaults_module"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/actions/{module}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The actions of a handler with their options, in the format of privacyIDEA's forms.
         * @description Requires the right bindings:read.
         */
        get: operations["get_actions_module"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/conditions/{module}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The conditions of a handler, in the format of privacyIDEA's forms.
         * @description Requires the right bindings:read.
         */
        get: operations["get_conditions_module"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/enable/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Checks a binding and enables it.
         * @description Requires the right bindings:write.
         */
        post: operations["post_enable_id"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/disable/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disables a binding.
         * @description Requires the right bindings:write.
         */
        post: operations["post_disable_id"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/{id}/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Adds a copy of this binding.
         * @description Requires the right bindings:write.
         */
        post: operations["post_id_copy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sets the ordering of several bindings in one change.
         * @description Requires the right bindings:write.
         */
        post: operations["post_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enables, disables or deletes several bindings: either all or none.
         * @description Requires the right bindings:write.
         */
        post: operations["post_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The problems that saving these fields would report. Without any fields: the problems of all stored bindings.
         * @description Requires the right bindings:read.
         */
        post: operations["post_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All bindings without ids and secrets.
         * @description Requires the right bindings:read.
         */
        get: operations["get_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Imports an export of this API or of privacyIDEA: writes bindings by their names, either all or none.
         * @description Requires the right bindings:write.
         */
        post: operations["post_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Shows which bindings would run for a call, and why the others would not. No action runs.
         * @description Requires the right calls:explain.
         */
        post: operations["post_explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renders the options of a binding for a call, such as the body of a mail. Nothing is sent.
         * @description Requires the right calls:explain.
         */
        post: operations["post_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/describe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All events, all handlers with their actions and conditions, and all tags.
         * @description Requires the right bindings:read.
         */
        get: operations["get_describe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/describe/{module}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One handler with its actions, conditions and tags.
         * @description Requires the right bindings:read.
         */
        get: operations["get_describe_module"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tags that templates can contain.
         * @description Requires the right bindings:read.
         */
        get: operations["get_tags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Deliveries, newest first.
         * @description Requires the right deliveries:read.
         */
        get: operations["get_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliveries/{delivery}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One delivery with its attempts.
         * @description Requires the right deliveries:read.
         */
        get: operations["get_deliveries_delivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliveries/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends deliveries again under the same ids, if they have ended and their payloads are kept.
         * @description Requires the right deliveries:replay.
         */
        post: operations["post_deliveries_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliveries/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels waiting deliveries. An attempt that is already running is completed, but not repeated.
         * @description Requires the right deliveries:cancel.
         */
        post: operations["post_deliveries_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliveries/hasten": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes the next attempt of waiting deliveries now, and ends the pauses of their destinations. Deliveries that were submitted for a later time, and those to disabled destinations, are not affected.
         * @description Requires the right deliveries:replay.
         */
        post: operations["post_deliveries_hasten"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/destinations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The destinations of deliveries, by name: how many deliveries wait, and whether the destination is paused or disabled.
         * @description Requires the right deliveries:read.
         */
        get: operations["get_destinations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/destinations/{destination}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resumes a destination that is paused or disabled.
         * @description Requires the right deliveries:replay.
         */
        post: operations["post_destinations_destination_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes of all bindings, newest first.
         * @description Requires the right bindings:read.
         */
        get: operations["get_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes of one binding, newest first, even if it has been deleted.
         * @description Requires the right bindings:read.
         */
        get: operations["get_id_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restores a binding to its state after or before a change in the history, including secrets.
         * @description Requires the right bindings:write.
         */
        post: operations["post_id_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entries of the audit log, newest first. In a filter, * matches any characters.
         * @description Requires the right audit:read.
         */
        get: operations["get_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Entries of the audit log as CSV, oldest first.
         * @description Requires the right audit:read.
         */
        get: operations["get_audit_csv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/calls/{call}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A call with the actions that ran in it and, if the caller has the right deliveries:read, their deliveries.
         * @description Requires the right audit:read.
         */
        get: operations["get_audit_calls_call"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The state of the verification that was started last.
         * @description Requires the right audit:read.
         */
        get: operations["get_audit_verification"];
        put?: never;
        /**
         * Starts a verification unless one is already running.
         * @description Requires the right audit:read.
         */
        post: operations["post_audit_verification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The numbers of calls, and of runs and failures of bindings, per time bucket up to now.
         * @description Requires the right audit:read.
         */
        get: operations["get_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recorded calls, newest first.
         * @description Requires the right calls:read.
         */
        get: operations["get_calls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{call}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A recorded call: its parameters and headers as received, and its response as sent.
         * @description Requires the right calls:read.
         */
        get: operations["get_calls_call"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backtest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tries a binding, stored or not, with recorded calls: for which calls it would have run, and why not for the others. No action runs.
         * @description Requires the right calls:explain.
         */
        post: operations["post_backtest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's rights, and the features that this server provides. */
        get: operations["get_rights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["get_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/asyncapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The AsyncAPI 3.0 document: the events that calls raise, and the webhooks that active bindings post.
         * @description Requires the right bindings:read.
         */
        get: operations["get_asyncapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        ActionDescription: {
            name: string;
            description: string;
            positions: ("pre" | "post")[];
            options: components["schemas"]["JsonSchema"];
        };
        Actor: {
            name: string;
            realm?: string;
            role?: string;
        };
        AuditEntry: {
            number: number;
            id: string;
            /** @description Id of the call in which an action ran; null for the call itself. */
            parent: string | null;
            event: string | null;
            position: string | null;
            action: string;
            handlermodule: string | null;
            binding: number | null;
            binding_name: string | null;
            success: boolean;
            authentication: string | null;
            serial: string | null;
            token_type: string | null;
            container_serial: string | null;
            user: string | null;
            realm: string | null;
            resolver: string | null;
            actor: string | null;
            actor_role: string | null;
            action_detail: string | null;
            info: string | null;
            client: string | null;
            user_agent: string | null;
            /** Format: date-time */
            time: string;
            duration_ms: number;
        };
        AuditVerification: {
            /**
             * @description failed: the verification could not be completed.
             * @enum {string}
             */
            state: "never" | "running" | "valid" | "broken" | "failed";
            /** @description The number of entries that were verified. */
            checked?: number;
            problems?: {
                number: number;
                reason: string;
                writer?: number;
            }[];
            /**
             * Format: date-time
             * @description When the verification began if it is running, otherwise when it ended.
             */
            at?: string;
        };
        BacktestLine: {
            /** @constant */
            type: "progress";
            done: number;
            of: number;
        } | {
            /** @constant */
            type: "call";
            /** @description Id of the call. */
            call: string;
            /** Format: date-time */
            time: string;
            /** @description unknown: the outcome depends on data that is no longer known, such as the former state of a token. */
            ran: boolean | "unknown";
            reason: string;
            rendered?: components["schemas"]["TextPreview"][];
        } | {
            /** @constant */
            type: "summary";
            calls: number;
            would_run: number;
            would_not: number;
            unknown: number;
            /** @description How often each condition was not fulfilled, or unknown. One call can count for several conditions. */
            reasons: {
                [key: string]: number;
            };
        } | {
            /** @constant */
            type: "error";
            message: string;
        };
        Binding: {
            id: number;
            revision: number;
            name: string;
            active: boolean;
            event: string[];
            handlermodule: string;
            action: string;
            /** @enum {string} */
            position: "pre" | "post";
            ordering: number;
            abort_on_error: boolean;
            conditions: {
                [key: string]: unknown;
            };
            /** @description Secrets are shown as ***. */
            options: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            delivery?: "inline" | "durable";
        };
        BindingExplanation: {
            id: number;
            name: string;
            /** @enum {string} */
            position: "pre" | "post";
            ordering: number;
            handlermodule: string;
            action: string;
            active: boolean;
            would_run: boolean;
            reason: string;
            conditions: components["schemas"]["ConditionExplanation"][];
            problems: components["schemas"]["Problem"][];
            /** @description The number of problems that are not listed. */
            omitted_problems?: number;
        };
        BulkOutcome: {
            id: number;
            name: string;
            /** @enum {string} */
            outcome: "changed" | "unchanged" | "refused";
            problems?: components["schemas"]["Problem"][];
            /** @description The number of problems that are not listed. */
            omitted_problems?: number;
        };
        ConditionDescription: {
            name: string;
            group: string;
            description: string;
            /** @enum {string} */
            widget: "str" | "multi" | "regexp";
            allowed: string;
            positions: ("pre" | "post")[];
            value: components["schemas"]["JsonSchema"];
        };
        ConditionExplanation: {
            name: string;
            /** @enum {string} */
            answer: "fulfilled" | "not fulfilled" | "unknown";
            /** @description Whether the condition counts as fulfilled; some conditions do even if their answer is unknown. */
            counts: boolean;
            seen?: unknown;
            wanted?: unknown;
            error?: string;
            /**
             * @description Only for a recorded call: the value is no longer known.
             * @constant
             */
            lost?: true;
        };
        Delivery: {
            id: string;
            kind: string;
            version: number;
            destination: string;
            summary: string;
            /** @enum {string} */
            state: "waiting" | "sending" | "sent" | "dead" | "cancelled";
            attempt: number;
            /** Format: date-time */
            due: string;
            /** Format: date-time */
            created: string;
            /** Format: date-time */
            ended?: string;
            reason?: string;
            /** @description What the peer reported after accepting the message, such as a delivery receipt for an SMS. */
            receipt?: {
                /** @enum {string} */
                state: "delivered" | "failed" | "pending" | "unknown";
                code?: string;
                /** Format: date-time */
                time: string;
            };
            binding_id: number;
            binding_name: string;
            call: string;
            event: string;
        };
        DeliverySelection: {
            count: number;
            /** @description The first 1,000 ids. */
            ids: string[];
            dry_run: boolean;
        };
        DeliveryWithAttempts: {
            id: string;
            kind: string;
            version: number;
            destination: string;
            summary: string;
            /** @enum {string} */
            state: "waiting" | "sending" | "sent" | "dead" | "cancelled";
            attempt: number;
            /** Format: date-time */
            due: string;
            /** Format: date-time */
            created: string;
            /** Format: date-time */
            ended?: string;
            reason?: string;
            /** @description What the peer reported after accepting the message, such as a delivery receipt for an SMS. */
            receipt?: {
                /** @enum {string} */
                state: "delivered" | "failed" | "pending" | "unknown";
                code?: string;
                /** Format: date-time */
                time: string;
            };
            binding_id: number;
            binding_name: string;
            call: string;
            event: string;
            attempts: {
                attempt: number;
                /** Format: date-time */
                time: string;
                duration_ms: number;
                /** @enum {string} */
                outcome: "sent" | "failed" | "uncertain";
                reason?: string;
                node: string;
            }[];
        };
        Destination: {
            name: string;
            /** @enum {string} */
            state: "open" | "paused" | "disabled";
            /** Format: date-time */
            paused_until?: string;
            failures: number;
            waiting: number;
            sending: number;
            /** Format: date-time */
            oldest_waiting?: string;
        };
        Error: {
            /** @constant */
            jsonrpc: "2.0";
            id: number;
            /** @description Unix time in seconds. */
            time: number;
            version: string;
            versionnumber: string;
            result: {
                /** @constant */
                status: false;
                error: {
                    code: number;
                    message: string;
                };
            };
            detail: {
                problems?: components["schemas"]["Problem"][];
                omitted_problems?: number;
            } | null;
        };
        EventDescription: {
            name: string;
            description?: string;
        };
        ExportedBinding: {
            name: string;
            active: boolean;
            event: string[];
            handlermodule: string;
            action: string;
            /** @enum {string} */
            position: "pre" | "post";
            ordering: number;
            /** @description null: the default of the handler. */
            abort_on_error: boolean | null;
            conditions: {
                [key: string]: unknown;
            };
            /** @description Secrets are shown as ***. */
            options: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            delivery?: "inline" | "durable";
        };
        HandlerDescription: {
            id: string;
            description: string;
            positions: ("pre" | "post")[];
            abort_on_error: boolean;
            actions: components["schemas"]["ActionDescription"][];
            conditions: components["schemas"]["ConditionDescription"][];
        };
        HandlerWithTags: {
            id: string;
            description: string;
            positions: ("pre" | "post")[];
            abort_on_error: boolean;
            actions: components["schemas"]["ActionDescription"][];
            conditions: components["schemas"]["ConditionDescription"][];
            tags: components["schemas"]["TagDescription"][];
        };
        HistoryEntry: {
            entry: number;
            /** Format: date-time */
            time: string;
            operation: string;
            actor?: components["schemas"]["Actor"];
            client?: string;
            /** @description The number of bindings that changed; only the first 100 are listed. */
            count: number;
            bindings: {
                id: number;
                name: string;
                before: components["schemas"]["Binding"] | null;
                after: components["schemas"]["Binding"] | null;
                /** @description Options that changed although both sides show ***. */
                changed_secrets?: string[];
            }[];
        };
        ImportedBinding: {
            id: number;
            name: string;
            /** @enum {string} */
            outcome: "added" | "updated" | "unchanged";
            active: boolean;
            /** @description Only in a dry run. */
            before?: components["schemas"]["ExportedBinding"];
            /** @description Only in a dry run. */
            after?: components["schemas"]["ExportedBinding"];
            /** @description Options that change although both sides show ***. */
            changed_secrets?: string[];
            problems: components["schemas"]["Problem"][];
            /** @description The number of problems that are not listed. */
            omitted_problems?: number;
        };
        /** @description JSON Schema, draft 2020-12. */
        JsonSchema: {
            [key: string]: unknown;
        };
        Problem: {
            /** @enum {string} */
            severity: "error" | "warning";
            code: string;
            field: string;
            value?: unknown;
            message: string;
            allowed?: string;
        };
        RecordedCall: {
            id: string;
            event: string;
            /** Format: date-time */
            time: string;
            method: string;
            path: string;
            user?: {
                login: string;
                realm: string;
                resolver?: string;
            };
            actor?: components["schemas"]["Actor"];
            client?: string;
            success: boolean;
            /** @description Size in characters of JSON. */
            size: number;
            /** @description *** replaces values that are secret, too long, or not representable in JSON. */
            parameters: unknown;
            headers: unknown;
            /** @description null if the call was refused or aborted before the API responded. */
            response: {
                status: number;
                headers: unknown;
                body: unknown;
            } | null;
        };
        RecordedCallSummary: {
            id: string;
            event: string;
            /** Format: date-time */
            time: string;
            method: string;
            path: string;
            user?: {
                login: string;
                realm: string;
                resolver?: string;
            };
            actor?: components["schemas"]["Actor"];
            client?: string;
            success: boolean;
            /** @description Size in characters of JSON. */
            size: number;
        };
        Stats: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            bucket_ms: number;
            bindings: {
                id: number;
                /** Format: date-time */
                last_run?: string;
                /**
                 * @description The binding ran in this period and has been deleted since.
                 * @constant
                 */
                deleted?: true;
                runs: number[];
                failures: number[];
            }[];
            calls: number[];
            failed_calls: number[];
        };
        TagDescription: {
            name: string;
            description: string;
            secret: boolean;
            /**
             * @description Set if the name is a prefix: in a template, the name of a parameter, a header, … follows it.
             * @constant
             */
            path?: true;
        };
        TextPreview: {
            option: string;
            /** @enum {string} */
            format: "text" | "html" | "json";
            value: string;
            problems: string[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
interface operations {
    get: {
        parameters: {
            query?: {
                /** @description Words that must all occur in the name, events, module, action, conditions or options. */
                search?: string;
                event?: string[];
                handlermodule?: string;
                action?: string;
                position?: "pre" | "post";
                active?: boolean;
                /** @description Whether the binding is broken and cannot run. */
                problems?: boolean;
                sort?: "name" | "ordering" | "id" | "event" | "handlermodule" | "action" | "position" | "active" | "-name" | "-ordering" | "-id" | "-event" | "-handlermodule" | "-action" | "-position" | "-active";
                page?: number;
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["Binding"][];
                        };
                        detail: {
                            count?: number;
                            page?: number;
                            page_size?: number;
                            /** @description Changes whenever a binding changes. Absent, like the other details, if the request has no parameters. */
                            revision?: string;
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post: {
        parameters: {
            query?: never;
            header?: {
                /** @description The revision of the binding that the change is based on. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    event?: string[] | string;
                    handlermodule?: string;
                    action?: string;
                    /** @enum {string} */
                    position?: "pre" | "post";
                    ordering?: number;
                    active?: boolean;
                    /** @description null: the default of the handler. */
                    abort_on_error?: boolean | null;
                    conditions?: {
                        [key: string]: unknown;
                    };
                    options?: {
                        [key: string]: unknown;
                    };
                    /** @enum {string} */
                    delivery?: "inline" | "durable";
                    id?: number;
                    revision?: number;
                    clear_options?: boolean;
                };
                "application/x-www-form-urlencoded": {
                    name?: string;
                    event?: string[] | string;
                    handlermodule?: string;
                    action?: string;
                    /** @enum {string} */
                    position?: "pre" | "post";
                    ordering?: number;
                    active?: boolean;
                    /** @description null: the default of the handler. */
                    abort_on_error?: boolean | null;
                    conditions?: {
                        [key: string]: unknown;
                    };
                    options?: {
                        [key: string]: unknown;
                    };
                    /** @enum {string} */
                    delivery?: "inline" | "durable";
                    id?: number;
                    revision?: number;
                    clear_options?: boolean;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            /** @description The id. */
                            value: number;
                        };
                        detail: {
                            warnings: components["schemas"]["Problem"][];
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["Binding"][];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    delete_id: {
        parameters: {
            query?: {
                revision?: number;
            };
            header?: {
                /** @description The revision of the binding that the change is based on. */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            /** @description The id. */
                            value: number;
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    patch_id: {
        parameters: {
            query?: never;
            header?: {
                /** @description The revision of the binding that the change is based on. */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    event?: string[] | string;
                    handlermodule?: string;
                    action?: string;
                    /** @enum {string} */
                    position?: "pre" | "post";
                    ordering?: number;
                    active?: boolean;
                    /** @description null: the default of the handler. */
                    abort_on_error?: boolean | null;
                    conditions?: {
                        [key: string]: unknown;
                    };
                    options?: {
                        [key: string]: unknown;
                    };
                    /** @enum {string} */
                    delivery?: "inline" | "durable";
                    revision?: number;
                };
                "application/x-www-form-urlencoded": {
                    name?: string;
                    event?: string[] | string;
                    handlermodule?: string;
                    action?: string;
                    /** @enum {string} */
                    position?: "pre" | "post";
                    ordering?: number;
                    active?: boolean;
                    /** @description null: the default of the handler. */
                    abort_on_error?: boolean | null;
                    conditions?: {
                        [key: string]: unknown;
                    };
                    options?: {
                        [key: string]: unknown;
                    };
                    /** @enum {string} */
                    delivery?: "inline" | "durable";
                    revision?: number;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["Binding"];
                        };
                        detail: {
                            warnings: components["schemas"]["Problem"][];
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_available: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: string[];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_handlermodules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: string[];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_positions_module: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                module: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: ("pre" | "post")[];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_defaults_module: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                module: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: {
                                abort_on_error: boolean;
                            };
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_actions_module: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                module: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: {
                                [key: string]: {
                                    [key: string]: {
                                        [key: string]: unknown;
                                    };
                                };
                            };
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_conditions_module: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                module: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: {
                                [key: string]: {
                                    [key: string]: unknown;
                                };
                            };
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_enable_id: {
        parameters: {
            query?: never;
            header?: {
                /** @description The revision of the binding that the change is based on. */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    revision?: number;
                };
                "application/x-www-form-urlencoded": {
                    revision?: number;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            /** @description The id. */
                            value: number;
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_disable_id: {
        parameters: {
            query?: never;
            header?: {
                /** @description The revision of the binding that the change is based on. */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    revision?: number;
                };
                "application/x-www-form-urlencoded": {
                    revision?: number;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            /** @description The id. */
                            value: number;
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_id_copy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description By default the name of the original with a number. */
                    name?: string;
                    /** @description Default false. */
                    active?: boolean;
                };
                "application/x-www-form-urlencoded": {
                    /** @description By default the name of the original with a number. */
                    name?: string;
                    /** @description Default false. */
                    active?: boolean;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["Binding"];
                        };
                        detail: {
                            warnings: components["schemas"]["Problem"][];
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_order: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    order: {
                        id: number;
                        ordering: number;
                    }[];
                    /** @description detail.revision of the list that was reordered. */
                    revision?: string;
                };
                "application/x-www-form-urlencoded": {
                    order: {
                        id: number;
                        ordering: number;
                    }[];
                    /** @description detail.revision of the list that was reordered. */
                    revision?: string;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["Binding"][];
                        };
                        detail: {
                            revision: string;
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_bulk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    operation: "enable" | "disable" | "delete";
                    ids?: number[];
                    /** @description The same parameters as for the list, as an alternative to ids. */
                    filter?: {
                        [key: string]: unknown;
                    };
                    dry_run?: boolean;
                };
                "application/x-www-form-urlencoded": {
                    /** @enum {string} */
                    operation: "enable" | "disable" | "delete";
                    ids?: number[];
                    /** @description The same parameters as for the list, as an alternative to ids. */
                    filter?: {
                        [key: string]: unknown;
                    };
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: {
                                bindings: components["schemas"]["BulkOutcome"][];
                                dry_run: boolean;
                            };
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    event?: string[] | string;
                    handlermodule?: string;
                    action?: string;
                    /** @enum {string} */
                    position?: "pre" | "post";
                    ordering?: number;
                    active?: boolean;
                    /** @description null: the default of the handler. */
                    abort_on_error?: boolean | null;
                    conditions?: {
                        [key: string]: unknown;
                    };
                    options?: {
                        [key: string]: unknown;
                    };
                    /** @enum {string} */
                    delivery?: "inline" | "durable";
                    id?: number;
                    revision?: number;
                    clear_options?: boolean;
                };
                "application/x-www-form-urlencoded": {
                    name?: string;
                    event?: string[] | string;
                    handlermodule?: string;
                    action?: string;
                    /** @enum {string} */
                    position?: "pre" | "post";
                    ordering?: number;
                    active?: boolean;
                    /** @description null: the default of the handler. */
                    abort_on_error?: boolean | null;
                    conditions?: {
                        [key: string]: unknown;
                    };
                    options?: {
                        [key: string]: unknown;
                    };
                    /** @enum {string} */
                    delivery?: "inline" | "durable";
                    id?: number;
                    revision?: number;
                    clear_options?: boolean;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: {
                                valid: boolean;
                                problems: components["schemas"]["Problem"][];
                                /** @description The number of problems that are not listed. */
                                omitted_problems?: number;
                            };
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: {
                                /** @constant */
                                format: "bookend";
                                bindings: components["schemas"]["ExportedBinding"][];
                            };
                        };
                        detail: {
                            masked: {
                                id: number;
                                name: string;
                                option: string;
                            }[];
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_import: {
        parameters: {
            query?: {
                mode?: "merge" | "add" | "prune" | "replace";
                inactive?: boolean;
                /** @description Refuses the whole import if one binding has an error. */
                strict?: boolean;
                /** @description Reports what would change, without changing anything. */
                dry_run?: boolean;
                /** @description detail.state of a dry run. The import is refused if the bindings have been changed since. */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    mode?: "merge" | "add" | "prune" | "replace";
                    inactive?: boolean;
                    /** @description Refuses the whole import if one binding has an error. */
                    strict?: boolean;
                    /** @description Reports what would change, without changing anything. */
                    dry_run?: boolean;
                    /** @description detail.state of a dry run. The import is refused if the bindings have been changed since. */
                    state?: string;
                    /** @constant */
                    format?: "bookend";
                    bindings: {
                        name: string;
                        event: string[] | string;
                        handlermodule: string;
                        action: string;
                        /** @enum {string} */
                        position?: "pre" | "post";
                        ordering?: number;
                        active?: boolean;
                        /** @description null: the default of the handler. */
                        abort_on_error?: boolean | null;
                        conditions?: {
                            [key: string]: unknown;
                        };
                        options?: {
                            [key: string]: unknown;
                        };
                        /** @enum {string} */
                        delivery?: "inline" | "durable";
                    }[];
                };
                "application/yaml": string;
                "text/x-python": string;
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            /** @description The number of imported bindings. */
                            value: number;
                        };
                        detail: {
                            bindings: components["schemas"]["ImportedBinding"][];
                            removed: {
                                id: number;
                                name: string;
                            }[];
                            /** @description The names of the document's other parts, which are ignored. */
                            ignored: string[];
                            /** @description Identifies the state of all bindings before the import. */
                            state: string;
                            dry_run: boolean;
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_explain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Id of a recorded call, as an alternative to the parameters that describe a call. */
                    call?: string;
                    event?: string;
                    method?: string;
                    path?: string;
                    parameters?: {
                        [key: string]: unknown;
                    };
                    headers?: {
                        [key: string]: string;
                    };
                    user?: string | {
                        [key: string]: string;
                    };
                    realm?: string;
                    resolver?: string;
                    serial?: string;
                    client_ip?: string;
                    user_agent?: string;
                    logged_in_user?: string | {
                        [key: string]: string;
                    };
                    logged_in_role?: string;
                    response?: {
                        [key: string]: unknown;
                    };
                    /** @description A binding, stored or not. With the id of a stored binding, *** represents its secrets. */
                    binding?: {
                        name: string;
                        event: string[] | string;
                        handlermodule: string;
                        action: string;
                        /** @enum {string} */
                        position?: "pre" | "post";
                        ordering?: number;
                        active?: boolean;
                        /** @description null: the default of the handler. */
                        abort_on_error?: boolean | null;
                        conditions?: {
                            [key: string]: unknown;
                        };
                        options?: {
                            [key: string]: unknown;
                        };
                        /** @enum {string} */
                        delivery?: "inline" | "durable";
                        id?: number;
                        revision?: number;
                    };
                };
                "application/x-www-form-urlencoded": {
                    /** @description Id of a recorded call, as an alternative to the parameters that describe a call. */
                    call?: string;
                    event?: string;
                    method?: string;
                    path?: string;
                    parameters?: {
                        [key: string]: unknown;
                    };
                    headers?: {
                        [key: string]: string;
                    };
                    user?: string | {
                        [key: string]: string;
                    };
                    realm?: string;
                    resolver?: string;
                    serial?: string;
                    client_ip?: string;
                    user_agent?: string;
                    logged_in_user?: string | {
                        [key: string]: string;
                    };
                    logged_in_role?: string;
                    response?: {
                        [key: string]: unknown;
                    };
                    /** @description A binding, stored or not. With the id of a stored binding, *** represents its secrets. */
                    binding?: {
                        name: string;
                        event: string[] | string;
                        handlermodule: string;
                        action: string;
                        /** @enum {string} */
                        position?: "pre" | "post";
                        ordering?: number;
                        active?: boolean;
                        /** @description null: the default of the handler. */
                        abort_on_error?: boolean | null;
                        conditions?: {
                            [key: string]: unknown;
                        };
                        options?: {
                            [key: string]: unknown;
                        };
                        /** @enum {string} */
                        delivery?: "inline" | "durable";
                        id?: number;
                        revision?: number;
                    };
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: {
                                event: string;
                                bindings: components["schemas"]["BindingExplanation"][];
                            };
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Id of a recorded call, as an alternative to the parameters that describe a call. */
                    call?: string;
                    event?: string;
                    method?: string;
                    path?: string;
                    parameters?: {
                        [key: string]: unknown;
                    };
                    headers?: {
                        [key: string]: string;
                    };
                    user?: string | {
                        [key: string]: string;
                    };
                    realm?: string;
                    resolver?: string;
                    serial?: string;
                    client_ip?: string;
                    user_agent?: string;
                    logged_in_user?: string | {
                        [key: string]: string;
                    };
                    logged_in_role?: string;
                    response?: {
                        [key: string]: unknown;
                    };
                    /** @description Id of a stored binding, as an alternative to binding. */
                    id?: number;
                    binding?: {
                        name?: string;
                        event?: string[] | string;
                        handlermodule?: string;
                        action?: string;
                        /** @enum {string} */
                        position?: "pre" | "post";
                        ordering?: number;
                        active?: boolean;
                        /** @description null: the default of the handler. */
                        abort_on_error?: boolean | null;
                        conditions?: {
                            [key: string]: unknown;
                        };
                        options?: {
                            [key: string]: unknown;
                        };
                        /** @enum {string} */
                        delivery?: "inline" | "durable";
                        id?: number;
                        revision?: number;
                    };
                };
                "application/x-www-form-urlencoded": {
                    /** @description Id of a recorded call, as an alternative to the parameters that describe a call. */
                    call?: string;
                    event?: string;
                    method?: string;
                    path?: string;
                    parameters?: {
                        [key: string]: unknown;
                    };
                    headers?: {
                        [key: string]: string;
                    };
                    user?: string | {
                        [key: string]: string;
                    };
                    realm?: string;
                    resolver?: string;
                    serial?: string;
                    client_ip?: string;
                    user_agent?: string;
                    logged_in_user?: string | {
                        [key: string]: string;
                    };
                    logged_in_role?: string;
                    response?: {
                        [key: string]: unknown;
                    };
                    /** @description Id of a stored binding, as an alternative to binding. */
                    id?: number;
                    binding?: {
                        name?: string;
                        event?: string[] | string;
                        handlermodule?: string;
                        action?: string;
                        /** @enum {string} */
                        position?: "pre" | "post";
                        ordering?: number;
                        active?: boolean;
                        /** @description null: the default of the handler. */
                        abort_on_error?: boolean | null;
                        conditions?: {
                            [key: string]: unknown;
                        };
                        options?: {
                            [key: string]: unknown;
                        };
                        /** @enum {string} */
                        delivery?: "inline" | "durable";
                        id?: number;
                        revision?: number;
                    };
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: {
                                texts: components["schemas"]["TextPreview"][];
                            };
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_describe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: {
                                events: components["schemas"]["EventDescription"][];
                                handlers: components["schemas"]["HandlerDescription"][];
                                tags: components["schemas"]["TagDescription"][];
                            };
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_describe_module: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                module: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["HandlerWithTags"];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_tags: {
        parameters: {
            query?: {
                handlermodule?: string;
                /** @description With handlermodule: includes the tags that only this action has. */
                action?: string;
                /** @description Includes tags for the parameters that this event describes. */
                event?: string;
                position?: "pre" | "post";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["TagDescription"][];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_deliveries: {
        parameters: {
            query?: {
                state?: ("waiting" | "sending" | "sent" | "dead" | "cancelled")[];
                /** @description The kind of delivery, such as UserNotification/mail. */
                kind?: string;
                destination?: string;
                binding?: number;
                call?: string;
                /** @description Created at this time or later. */
                from?: string;
                /** @description Created before this time. */
                to?: string;
                /** @description detail.next of the previous page. */
                cursor?: string;
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["Delivery"][];
                        };
                        detail: {
                            next?: string;
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_deliveries_delivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delivery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["DeliveryWithAttempts"];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_deliveries_replay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    ids?: string[];
                    /** @description A filter with at least one field. */
                    filter?: {
                        state?: ("waiting" | "sending" | "sent" | "dead" | "cancelled")[];
                        /** @description The kind of delivery, such as UserNotification/mail. */
                        kind?: string;
                        destination?: string;
                        binding?: number;
                        call?: string;
                        /**
                         * Format: date-time
                         * @description Created at this time or later.
                         */
                        from?: string;
                        /**
                         * Format: date-time
                         * @description Created before this time.
                         */
                        to?: string;
                    };
                    /** @description Selects every delivery, as an alternative to ids and filter. */
                    all?: boolean;
                    /** @description Reports what would change, without changing anything. */
                    dry_run?: boolean;
                };
                "application/x-www-form-urlencoded": {
                    ids?: string[];
                    /** @description A filter with at least one field. */
                    filter?: {
                        state?: ("waiting" | "sending" | "sent" | "dead" | "cancelled")[];
                        /** @description The kind of delivery, such as UserNotification/mail. */
                        kind?: string;
                        destination?: string;
                        binding?: number;
                        call?: string;
                        /**
                         * Format: date-time
                         * @description Created at this time or later.
                         */
                        from?: string;
                        /**
                         * Format: date-time
                         * @description Created before this time.
                         */
                        to?: string;
                    };
                    /** @description Selects every delivery, as an alternative to ids and filter. */
                    all?: boolean;
                    /** @description Reports what would change, without changing anything. */
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["DeliverySelection"];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_deliveries_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    ids?: string[];
                    /** @description A filter with at least one field. */
                    filter?: {
                        state?: ("waiting" | "sending" | "sent" | "dead" | "cancelled")[];
                        /** @description The kind of delivery, such as UserNotification/mail. */
                        kind?: string;
                        destination?: string;
                        binding?: number;
                        call?: string;
                        /**
                         * Format: date-time
                         * @description Created at this time or later.
                         */
                        from?: string;
                        /**
                         * Format: date-time
                         * @description Created before this time.
                         */
                        to?: string;
                    };
                    /** @description Selects every delivery, as an alternative to ids and filter. */
                    all?: boolean;
                    /** @description Reports what would change, without changing anything. */
                    dry_run?: boolean;
                };
                "application/x-www-form-urlencoded": {
                    ids?: string[];
                    /** @description A filter with at least one field. */
                    filter?: {
                        state?: ("waiting" | "sending" | "sent" | "dead" | "cancelled")[];
                        /** @description The kind of delivery, such as UserNotification/mail. */
                        kind?: string;
                        destination?: string;
                        binding?: number;
                        call?: string;
                        /**
                         * Format: date-time
                         * @description Created at this time or later.
                         */
                        from?: string;
                        /**
                         * Format: date-time
                         * @description Created before this time.
                         */
                        to?: string;
                    };
                    /** @description Selects every delivery, as an alternative to ids and filter. */
                    all?: boolean;
                    /** @description Reports what would change, without changing anything. */
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["DeliverySelection"];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_deliveries_hasten: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    ids?: string[];
                    /** @description A filter with at least one field. */
                    filter?: {
                        state?: ("waiting" | "sending" | "sent" | "dead" | "cancelled")[];
                        /** @description The kind of delivery, such as UserNotification/mail. */
                        kind?: string;
                        destination?: string;
                        binding?: number;
                        call?: string;
                        /**
                         * Format: date-time
                         * @description Created at this time or later.
                         */
                        from?: string;
                        /**
                         * Format: date-time
                         * @description Created before this time.
                         */
                        to?: string;
                    };
                    /** @description Selects every delivery, as an alternative to ids and filter. */
                    all?: boolean;
                    /** @description Reports what would change, without changing anything. */
                    dry_run?: boolean;
                };
                "application/x-www-form-urlencoded": {
                    ids?: string[];
                    /** @description A filter with at least one field. */
                    filter?: {
                        state?: ("waiting" | "sending" | "sent" | "dead" | "cancelled")[];
                        /** @description The kind of delivery, such as UserNotification/mail. */
                        kind?: string;
                        destination?: string;
                        binding?: number;
                        call?: string;
                        /**
                         * Format: date-time
                         * @description Created at this time or later.
                         */
                        from?: string;
                        /**
                         * Format: date-time
                         * @description Created before this time.
                         */
                        to?: string;
                    };
                    /** @description Selects every delivery, as an alternative to ids and filter. */
                    all?: boolean;
                    /** @description Reports what would change, without changing anything. */
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["DeliverySelection"];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_destinations: {
        parameters: {
            query?: {
                state?: ("open" | "paused" | "disabled")[];
                /** @description detail.next of the previous page. */
                cursor?: string;
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["Destination"][];
                        };
                        detail: {
                            next?: string;
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_destinations_destination_resume: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                destination: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["Destination"];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_history: {
        parameters: {
            query?: {
                page?: number;
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["HistoryEntry"][];
                        };
                        detail: {
                            count: number;
                            page: number;
                            page_size: number;
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_id_history: {
        parameters: {
            query?: {
                page?: number;
                page_size?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["HistoryEntry"][];
                        };
                        detail: {
                            count: number;
                            page: number;
                            page_size: number;
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_id_restore: {
        parameters: {
            query?: never;
            header?: {
                /** @description The revision of the binding that the change is based on. */
                "If-Match"?: string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    entry: number;
                    /**
                     * @description Default: after, or before if the change deleted the binding.
                     * @enum {string}
                     */
                    side?: "before" | "after";
                    revision?: number;
                };
                "application/x-www-form-urlencoded": {
                    entry: number;
                    /**
                     * @description Default: after, or before if the change deleted the binding.
                     * @enum {string}
                     */
                    side?: "before" | "after";
                    revision?: number;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["Binding"];
                        };
                        detail: {
                            warnings: components["schemas"]["Problem"][];
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_audit: {
        parameters: {
            query?: {
                serial?: string;
                user?: string;
                realm?: string;
                event?: string;
                action?: string;
                handlermodule?: string;
                binding?: number;
                success?: boolean;
                /** @description Id of a call: selects the actions that ran in it. */
                parent?: string;
                from?: string;
                to?: string;
                /** @description detail.next of the previous page. */
                cursor?: number;
                page_size?: number;
                /** @description Whether detail includes the number of entries. */
                count?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["AuditEntry"][];
                        };
                        detail: {
                            next?: number;
                            count?: number;
                            /** @description Whether there are more entries than count. */
                            count_more?: boolean;
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_audit_csv: {
        parameters: {
            query?: {
                serial?: string;
                user?: string;
                realm?: string;
                event?: string;
                action?: string;
                handlermodule?: string;
                binding?: number;
                success?: boolean;
                /** @description Id of a call: selects the actions that ran in it. */
                parent?: string;
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_audit_calls_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: {
                                call: components["schemas"]["AuditEntry"] | null;
                                actions: components["schemas"]["AuditEntry"][];
                                deliveries: components["schemas"]["Delivery"][];
                                /**
                                 * @description Set if the caller does not have the right to read deliveries.
                                 * @constant
                                 */
                                deliveries_denied?: true;
                            };
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_audit_verification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["AuditVerification"];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_audit_verification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["AuditVerification"];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_stats: {
        parameters: {
            query?: {
                hours?: number;
                buckets?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["Stats"];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_calls: {
        parameters: {
            query?: {
                event?: string;
                from?: string;
                to?: string;
                /** @description detail.next of the previous page. */
                cursor?: string;
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["RecordedCallSummary"][];
                        };
                        detail: {
                            next?: string;
                        };
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_calls_call: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                call: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: components["schemas"]["RecordedCall"];
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    post_backtest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Id of a stored binding, as an alternative to binding. */
                    id?: number;
                    binding?: {
                        name?: string;
                        event?: string[] | string;
                        handlermodule?: string;
                        action?: string;
                        /** @enum {string} */
                        position?: "pre" | "post";
                        ordering?: number;
                        active?: boolean;
                        /** @description null: the default of the handler. */
                        abort_on_error?: boolean | null;
                        conditions?: {
                            [key: string]: unknown;
                        };
                        options?: {
                            [key: string]: unknown;
                        };
                        /** @enum {string} */
                        delivery?: "inline" | "durable";
                        id?: number;
                        revision?: number;
                    };
                    /** Format: date-time */
                    from?: string;
                    /** Format: date-time */
                    to?: string;
                    /** @description How many of the newest calls to use. Default 10000. */
                    limit?: number;
                    /** @description Whether to include the rendered templates. */
                    render?: boolean;
                };
                "application/x-www-form-urlencoded": {
                    /** @description Id of a stored binding, as an alternative to binding. */
                    id?: number;
                    binding?: {
                        name?: string;
                        event?: string[] | string;
                        handlermodule?: string;
                        action?: string;
                        /** @enum {string} */
                        position?: "pre" | "post";
                        ordering?: number;
                        active?: boolean;
                        /** @description null: the default of the handler. */
                        abort_on_error?: boolean | null;
                        conditions?: {
                            [key: string]: unknown;
                        };
                        options?: {
                            [key: string]: unknown;
                        };
                        /** @enum {string} */
                        delivery?: "inline" | "durable";
                        id?: number;
                        revision?: number;
                    };
                    /** Format: date-time */
                    from?: string;
                    /** Format: date-time */
                    to?: string;
                    /** @description How many of the newest calls to use. Default 10000. */
                    limit?: number;
                    /** @description Whether to include the rendered templates. */
                    render?: boolean;
                };
            };
        };
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["BacktestLine"];
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_rights: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        jsonrpc: "2.0";
                        id: number;
                        /** @description Unix time in seconds. */
                        time: number;
                        version: string;
                        versionnumber: string;
                        result: {
                            /** @constant */
                            status: true;
                            value: {
                                rights: ("bindings:read" | "bindings:write" | "audit:read" | "calls:read" | "calls:explain" | "deliveries:read" | "deliveries:replay" | "deliveries:cancel")[];
                                /** @description Absent if the host does not identify callers. */
                                user?: components["schemas"]["Actor"];
                                features: ("history" | "audit" | "deliveries" | "calls" | "preview")[];
                            };
                        };
                        detail: Record<string, never>;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    get_asyncapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description The request was refused, or an internal error occurred. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
