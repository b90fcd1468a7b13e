using System.Collections.Immutable;

namespace TrailLake.CloudTrail;

using static ColumnType;
using static LakeTable;

/// <summary>The one place where a column is described. The Parquet schemas, the path matcher, the Athena DDL, the DuckDB
/// views and the column reference are made from it.</summary>
/// <remarks>Fields and versions are those of the CloudTrail user guide, "CloudTrail record contents", "userIdentity element",
/// "Insights fields" and "Aggregated events". Released columns never change name or type.</remarks>
public static class Columns
{
    const LakeTable Everywhere = Events | Insights | Aggregates;

    /// <summary>Every column of every table; a column's place here is its ordinal.</summary>
    public static readonly ImmutableArray<Column> All =
    [
        new("event_time", "eventTime", Timestamp, "1.0", "When the call completed, in UTC.") { Tables = Events | Insights },
        new("event_id", "eventID", Text, "1.01", "CloudTrail's own id of the event; what duplicates are found by.") { Tables = Events | Insights, IsNeedle = true, IsUnique = true },
        new("event_id", "eventId", Text, "1.0", "CloudTrail's own id of the aggregated record.") { Tables = Aggregates, IsNeedle = true, IsUnique = true },
        new("event_version", "eventVersion", Text, "1.0", "Version of the record's format.") { Tables = Everywhere },
        new("event_source", "eventSource", Text, "1.0", "The service that was called, such as s3.amazonaws.com.") { Tables = Events | Aggregates },
        new("event_name", "eventName", Text, "1.0", "The action that was requested."),
        new("event_type", "eventType", Text, "1.02", "What made the record: AwsApiCall, AwsServiceEvent, AwsConsoleSignIn, AwsVpceEvent and others.") { Tables = Everywhere },
        new("event_category", "eventCategory", Text, "1.07", "Management, Data, NetworkActivity, Insight or Aggregated.") { Tables = Everywhere },
        new("aws_region", "awsRegion", Text, "1.0", "The region that the call was made to, as the record says it.") { Tables = Everywhere },
        new("recipient_account_id", "recipientAccountId", Text, "1.02", "The account that received this record.") { Tables = Events | Insights },
        new("account_id", "accountId", Text, "1.0", "The account whose events are summed up.") { Tables = Aggregates },
        new("source_ip_address", "sourceIPAddress", Text, "1.0", "Where the call came from: an address, or the name of an AWS service.") { IsNeedle = true, VariesAlone = true },
        new("user_agent", "userAgent", Text, "1.0", "The program that made the call.") { VariesAlone = true },
        new("error_code", "errorCode", Text, "1.0", "The service's error, when the call failed."),
        new("error_message", "errorMessage", Text, "1.0", "The error in words.") { IsMostlyOwn = true },
        new("is_error", "", ColumnType.Boolean, "", "The call failed: it has an error code or an error message."),
        new("read_only", "readOnly", ColumnType.Boolean, "1.01", "The call changes nothing."),
        new("management_event", "managementEvent", ColumnType.Boolean, "1.06", "The record is a management event."),
        new("request_id", "requestID", Text, "1.01", "The service's id of the request.") { IsNeedle = true, IsUnique = true },
        new("shared_event_id", "sharedEventID", Text, "1.03", "One id for an action that several accounts see; for Insights, joins start and end.") { Tables = Events | Insights, IsNeedle = true, IsMostlyOwn = true },
        new("api_version", "apiVersion", Text, "1.01", "The API version of the call.") { IsRare = true },

        new("user_type", "userIdentity.type", Text, "1.0", "Root, IAMUser, AssumedRole, FederatedUser, AWSService, AWSAccount, IdentityCenterUser and others."),
        new("user_name", "userIdentity.userName", Text, "1.0", "The friendly name of the caller."),
        new("user_principal_id", "userIdentity.principalId", Text, "1.0", "The unique id of the caller."),
        new("user_arn", "userIdentity.arn", Text, "1.0", "ARN of the principal that called.") { IsNeedle = true },
        new("user_account_id", "userIdentity.accountId", Text, "1.0", "The account of the caller."),
        new("user_access_key_id", "userIdentity.accessKeyId", Text, "1.0", "The access key that signed the call.") { IsNeedle = true },
        new("user_invoked_by", "userIdentity.invokedBy", Text, "1.0", "The AWS service that made the call on the caller's behalf.") { IsRare = true },
        new("user_identity_provider", "userIdentity.identityProvider", Text, "", "The external identity provider of a SAML or web identity user.") { IsRare = true },
        new("user_credential_id", "userIdentity.credentialId", Text, "", "The id of the bearer token that was used.") { IsRare = true },
        new("user_on_behalf_of_user_id", "userIdentity.onBehalfOf.userId", Text, "", "The Identity Center user for whom the call was made.") { IsRare = true },
        new("user_on_behalf_of_identity_store_arn", "userIdentity.onBehalfOf.identityStoreArn", Text, "", "The identity store of that user.") { IsRare = true },
        new("user_in_scope_of_source_arn", "userIdentity.inScopeOf.sourceArn", Text, "", "The resource in whose scope the credentials were issued.") { IsRare = true },
        new("user_in_scope_of_source_account", "userIdentity.inScopeOf.sourceAccount", Text, "", "The account of that resource.") { IsRare = true },
        new("user_in_scope_of_issuer_type", "userIdentity.inScopeOf.issuerType", Text, "", "The type of that resource, such as AWS::Lambda::Function.") { IsRare = true },
        new("user_in_scope_of_credentials_issued_to", "userIdentity.inScopeOf.credentialsIssuedTo", Text, "", "The resource that the credentials were issued to.") { IsRare = true },
        new("user_invoked_by_delegate_account_id", "userIdentity.invokedByDelegate.accountId", Text, "", "The account of a product provider that acts by temporary delegation.") { IsRare = true },
        new("is_root", "", ColumnType.Boolean, "", "The caller is the root user of an account."),
        new("is_temporary_credentials", "", ColumnType.Boolean, "", "The caller used temporary credentials of a role or a federated user: a session context, or an ASIA key."),
        new("is_aws_service", "", ColumnType.Boolean, "", "Another AWS service made the call; a call in the console counts as somebody's, also where older records call it invokedBy signin.amazonaws.com."),

        new("session_mfa_authenticated", "userIdentity.sessionContext.attributes.mfaAuthenticated", BooleanText, "1.0", "The session's credentials were had with MFA."),
        new("session_creation_date", "userIdentity.sessionContext.attributes.creationDate", Timestamp, "1.0", "When the temporary credentials were issued, in UTC."),
        new("session_console_credential", "userIdentity.sessionContext.attributes.sessionCredentialFromConsole", BooleanText, "", "The session was opened in the console, as the session's attributes say.") { IsRare = true },
        new("session_issuer_type", "userIdentity.sessionContext.sessionIssuer.type", Text, "1.0", "Who issued the session: Root, IAMUser or Role."),
        new("session_issuer_user_name", "userIdentity.sessionContext.sessionIssuer.userName", Text, "1.0", "The name of the issuing user or role."),
        new("session_issuer_principal_id", "userIdentity.sessionContext.sessionIssuer.principalId", Text, "1.0", "The id of the issuing user or role."),
        new("session_issuer_arn", "userIdentity.sessionContext.sessionIssuer.arn", Text, "1.0", "The ARN of the issuing user or role."),
        new("session_issuer_account_id", "userIdentity.sessionContext.sessionIssuer.accountId", Text, "1.0", "The account of the issuing user or role."),
        new("session_federated_provider", "userIdentity.sessionContext.webIdFederationData.federatedProvider", Text, "1.0", "The web identity provider that vouched for the caller.") { IsRare = true },
        new("session_federation_attributes", "userIdentity.sessionContext.webIdFederationData.attributes", Json, "1.0", "What that provider said of the caller.") { IsRare = true },
        new("session_source_identity", "userIdentity.sessionContext.sourceIdentity", Text, "", "The identity that the first role of a chain was assumed with.") { IsRare = true },
        new("session_ec2_role_delivery", "userIdentity.sessionContext.ec2RoleDelivery", Text, "", "Version of the instance metadata service that delivered the credentials."),
        new("session_ec2_issued_in_vpc", "userIdentity.sessionContext.ec2IssuedInVpc", Text, "", "The VPC in which an instance's credentials were issued.") { IsRare = true },
        new("session_assumed_root", "userIdentity.sessionContext.assumedRoot", BooleanText, "", "The session is a root session had by AssumeRoot.") { IsRare = true },
        new("session_sign_in_session_arn", "userIdentity.sessionContext.signInSessionArn", Text, "", "The sign-in session that the credentials belong to.") { IsRare = true },

        new("request_parameters", "requestParameters", Json, "1.0", "The request as sent, as JSON text.") { NullIsJsonNull = true },
        new("response_elements", "responseElements", Json, "1.0", "What the service answered, as JSON text.") { NullIsJsonNull = true },
        new("additional_event_data", "additionalEventData", Json, "1.0", "What else the service says of the call, as JSON text.") { IsRare = true },
        new("service_event_details", "serviceEventDetails", Json, "1.05", "What a service says of an event that no request caused, as JSON text.") { IsRare = true },
        new("resources", "resources", Json, "1.01", "The resources touched, as JSON text.") { IsRare = true },
        new("resource_arns", "", TextList, "", "The ARNs of those resources.") { IsRare = true },
        new("resource_types", "", TextList, "", "The types of those resources, each once.") { IsRare = true },
        new("edge_device_details", "edgeDeviceDetails", Json, "1.08", "The edge device that served the request, as JSON text.") { IsRare = true },
        new("event_context", "eventContext", Json, "1.11", "Tags and condition keys added by an event data store, as JSON text.") { IsRare = true },
        new("annotation", "annotation", Text, "", "A note added to the event.") { IsMostlyOwn = true, IsRare = true },
        new("session_credential_from_console", "sessionCredentialFromConsole", BooleanText, "1.08", "The call was made with the credentials of a console session.") { IsRare = true },
        new("vpc_endpoint_id", "vpcEndpointId", Text, "1.04", "The VPC endpoint that the call went through.") { IsRare = true },
        new("vpc_endpoint_account_id", "vpcEndpointAccountId", Text, "1.09", "The account that owns that endpoint.") { IsRare = true },
        new("tls_version", "tlsDetails.tlsVersion", Text, "1.08", "The TLS version of the connection."),
        new("tls_cipher_suite", "tlsDetails.cipherSuite", Text, "1.08", "The cipher suite of the connection."),
        new("tls_client_provided_host_header", "tlsDetails.clientProvidedHostHeader", Text, "1.08", "The host name that the client asked for."),
        new("tls_key_exchange", "tlsDetails.keyExchange", Text, "", "The key exchange of the connection, such as X25519MLKEM768.") { IsRare = true },
        new("addendum_reason", "addendum.reason", Text, "1.08", "Why the record was delivered late or again: DELIVERY_DELAY, UPDATED_DATA or SERVICE_OUTAGE.") { IsRare = true },
        new("addendum_updated_fields", "addendum.updatedFields", Text, "1.08", "The fields that an UPDATED_DATA record corrects.") { IsRare = true },
        new("addendum_original_request_id", "addendum.originalRequestID", Text, "1.08", "The request id of the record that is corrected.") { IsRare = true },
        new("addendum_original_event_id", "addendum.originalEventID", Text, "1.08", "The event id of the record that is corrected.") { IsRare = true },

        new("insight_state", "insightDetails.state", Text, "1.07", "Start or End of the unusual activity.") { Tables = Insights },
        new("insight_type", "insightDetails.insightType", Text, "1.07", "ApiCallRateInsight or ApiErrorRateInsight.") { Tables = Insights },
        new("insight_event_source", "insightDetails.eventSource", Text, "1.07", "The service with the unusual activity.") { Tables = Insights },
        new("insight_event_name", "insightDetails.eventName", Text, "1.07", "The call with the unusual activity.") { Tables = Insights },
        new("insight_error_code", "insightDetails.errorCode", Text, "1.07", "The error with the unusual rate.") { Tables = Insights },
        new("insight_context", "insightDetails.insightContext", Json, "1.07", "Baseline, measured rate, duration and attributions, as JSON text.") { Tables = Insights },

        new("window_start", "timeWindow.windowStart", Timestamp, "1.0", "Start of the window that is summed up, in UTC.") { Tables = Aggregates },
        new("window_end", "timeWindow.windowEnd", Timestamp, "1.0", "End of that window, in UTC.") { Tables = Aggregates },
        new("window_size", "timeWindow.windowSize", Text, "1.0", "Length of that window as an ISO 8601 duration, such as PT5M.") { Tables = Aggregates },
        new("summary", "summary", Json, "1.0", "The counts by dimension, as JSON text.") { Tables = Aggregates },

        new("extra", "", Json, "", "Every field that has no column, and every value that its column cannot give back exactly, in the places where the record had them.") { Tables = Everywhere, CompletesRecord = true, IsRare = true },
        new("empty_objects", "", Text, "", "The JSON paths of objects that stand in the record with nothing in them, such as userIdentity.sessionContext.webIdFederationData, separated by blanks.") { Tables = Everywhere, CompletesRecord = true },
        new("source_object", "", Text, "", "The log file that the row came from.") { Tables = Everywhere },
        new("source_index", "", Int64, "", "The record's place in that file, from 0.") { Tables = Everywhere },
    ];

    /// <summary>The columns of one table, in their order in its files.</summary>
    public static ImmutableArray<Column> Of(LakeTable table) => [.. All.Where(column => column.Tables.HasFlag(table))];

    /// <summary>The column that a table's days and row order come from.</summary>
    public static Column TimeOf(LakeTable table) => Named(table, table == Aggregates ? "window_start" : "event_time");

    /// <summary>The column of a table with this name.</summary>
    public static Column Named(LakeTable table, string name) =>
        All.First(column => column.Tables.HasFlag(table) && column.Name == name);

    /// <summary>The ordinal in <see cref="All"/> of the column of a table at a JSON path.</summary>
    public static int Ordinal(LakeTable table, string path) =>
        All.IndexOf(All.First(column => column.Tables.HasFlag(table) && column.Path == path));

    /// <summary>The ordinal in <see cref="All"/> of the column of a table with a name.</summary>
    public static int OrdinalNamed(LakeTable table, string name) => All.IndexOf(Named(table, name));
}
