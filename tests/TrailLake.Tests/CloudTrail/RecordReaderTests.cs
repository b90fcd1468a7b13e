using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

public sealed class RecordReaderTests
{
    /// <summary>A record of these properties, with a time, and with the two fields whose absence would be noted.</summary>
    static FlatRecord Flat(string properties) =>
        FlatRecord.Of($$"""{"eventTime":"2024-01-31T10:00:00Z","requestParameters":null,"responseElements":null,{{properties}}}""");

    [Fact]
    public void Every_field_goes_to_its_column_and_nothing_to_extra()
    {
        var flat = FlatRecord.Of("""
            { "eventVersion": "1.11", "eventTime": "2024-01-31T10:00:00Z", "eventSource": "s3.amazonaws.com", "eventName": "GetObject",
              "awsRegion": "eu-west-1", "eventID": "0f0e0d0c-1111-2222-3333-444455556666", "readOnly": true, "errorCode": "AccessDenied",
              "userIdentity": { "type": "AssumedRole", "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
                "sessionContext": { "attributes": { "mfaAuthenticated": "false", "creationDate": "2024-01-31T09:00:00Z" } } },
              "requestParameters": { "bucketName": "a b" , "n": 1.50 }, "responseElements": null, "tlsDetails": { "keyExchange": "X25519MLKEM768" } }
            """);
        Assert.Equal(LakeTable.Events, flat.Table);
        Assert.Equal("GetObject", flat["event_name"]);
        Assert.Equal("eu-west-1", flat["aws_region"]);
        Assert.Equal("0f0e0d0c-1111-2222-3333-444455556666", flat["event_id"]);
        Assert.Equal(true, flat["read_only"]);
        Assert.Equal(false, flat["session_mfa_authenticated"]);
        Assert.Equal(1706691600000, flat["session_creation_date"]);
        Assert.Equal("""{"bucketName":"a b","n":1.50}""", flat["request_parameters"]);
        Assert.Equal("X25519MLKEM768", flat["tls_key_exchange"]);
        Assert.Equal(true, flat["is_error"]);
        Assert.Equal(true, flat["is_temporary_credentials"]);
        Assert.Equal(false, flat["is_root"]);
        Assert.Equal(false, flat["is_aws_service"]);
        Assert.Null(flat["response_elements"]);
        Assert.Null(flat["extra"]);
    }

    [Theory]
    [InlineData(""" "type":"IAMUser" """, false)]
    [InlineData(""" "type":"AWSService","invokedBy":"signin.amazonaws.com" """, true)]
    [InlineData(""" "type":"AssumedRole","invokedBy":"cloudformation.amazonaws.com" """, true)]
    [InlineData(""" "type":"IAMUser","invokedBy":"signin.amazonaws.com" """, false)] // as older records call the console
    public void A_call_is_an_AWS_services_where_one_made_it_and_not_where_somebody_did_in_the_console(string identity, bool isService) =>
        Assert.Equal(isService, Flat($$""" "userIdentity":{ {{identity}} } """)["is_aws_service"]);

    [Theory]
    [InlineData("""{"eventCategory":"Insight","eventTime":"2024-01-31T10:00:00Z","insightDetails":{"state":"Start","eventSource":"ec2.amazonaws.com"}}""", LakeTable.Insights)]
    [InlineData("""{"eventTime":"2024-01-31T10:00:00Z","insightDetails":{"state":"Start","eventSource":"ec2.amazonaws.com"},"eventType":"AwsCloudTrailInsight"}""", LakeTable.Insights)]
    [InlineData("""{"timeWindow":{"windowStart":"2024-01-31T10:00:00Z"},"eventCategory":"Aggregated"}""", LakeTable.Aggregates)]
    [InlineData("""{"eventTime":"2024-01-31T10:00:00Z","eventType":"AwsAggregatedEvent","eventCategory":"Insight"}""", LakeTable.Insights)]
    [InlineData("""{"eventTime":"2024-01-31T10:00:00Z","eventCategory":"Management"}""", LakeTable.Events)]
    public void A_record_goes_to_the_table_that_its_category_or_type_names(string json, LakeTable table) =>
        Assert.Equal(table, FlatRecord.Of(json).Table);

    [Theory]
    [InlineData("""
        "tenant":{"a":[1, 2]}
        """, """{"tenant":{"a":[1,2]}}""")]
    [InlineData("""
        "userIdentity":{"tenant":"blue","type":"Root"},"x":1e400
        """, """{"userIdentity":{"tenant":"blue"},"x":1e400}""")]
    [InlineData("""
        "readOnly":"true"
        """, """{"readOnly":"true"}""")]
    [InlineData("""
        "errorCode":null,"userIdentity":null
        """, """{"errorCode":null,"userIdentity":null}""")]
    [InlineData("""
        "tlsDetails":"none","eventName":["a"]
        """, """{"tlsDetails":"none","eventName":["a"]}""")]
    [InlineData("""
        "userAgent":"\ud800"
        """, """{"userAgent":"\ud800"}""")]
    [InlineData("""
        "$absent":1,"a\"b":2
        """, """{"$$absent":1,"a\"b":2}""")]
    [InlineData("""
        "userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":true,"creationDate":"20240131T090000Z"},"new":1},"z":2},"y":3
        """, """{"userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":true,"creationDate":"20240131T090000Z"},"new":1},"z":2},"y":3}""")]
    public void What_no_column_gives_back_exactly_stands_in_extra_in_its_place(string properties, string extra) =>
        Assert.Equal(extra, Flat(properties)["extra"]);

    [Fact]
    public void Empty_objects_are_named_and_not_mixed_with_what_has_no_column()
    {
        var flat = Flat("""
            "userIdentity":{"sessionContext":{"sessionIssuer":{},"webIdFederationData":{}}},"tlsDetails":{}
            """);
        Assert.Equal("tlsDetails userIdentity.sessionContext.sessionIssuer userIdentity.sessionContext.webIdFederationData", flat["empty_objects"]);
        Assert.Null(flat["extra"]);
    }

    [Fact]
    public void A_value_of_another_type_still_fills_its_column_where_its_meaning_is_plain()
    {
        var flat = Flat("""
            "readOnly":"false","userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":true}}}
            """);
        Assert.Equal(false, flat["read_only"]);
        Assert.Equal(true, flat["session_mfa_authenticated"]);
    }

    [Fact]
    public void Absent_null_and_empty_are_three_different_things()
    {
        Assert.Null(Flat("\"a\":1")["error_message"]);
        Assert.Equal("", Flat("\"errorMessage\":\"\"")["error_message"]);
        Assert.Equal("""{"errorMessage":null}""", Flat("\"errorMessage\":null")["extra"]);
    }

    [Fact]
    public void A_request_that_is_absent_and_not_null_is_noted() =>
        Assert.Equal(
            """{"$absent":["requestParameters","responseElements"]}""",
            FlatRecord.Of("""{"eventTime":"2024-01-31T10:00:00Z"}""")["extra"]);

    [Fact]
    public void Escapes_become_the_letters_they_stand_for()
    {
        var flat = Flat("""
            "userAgent":"a\u003db \ud83d\ude00 \u0000","userIdentity":{"\u0061rn":"x"}
            """);
        Assert.Equal("a=b \U0001F600 \0", flat["user_agent"]);
        Assert.Equal("x", flat["user_arn"]);
    }

    [Theory]
    [InlineData("tr\\u0075e", true)]
    [InlineData("\\u0066\\u0061\\u006C\\u0073\\u0065", false)]
    public void A_boolean_that_came_as_a_text_is_read_however_its_letters_are_spelled(string text, bool value)
    {
        var flat = Flat($$"""
            "readOnly":"{{text}}","userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":"{{text}}"} } }
            """);
        Assert.Equal(value, flat["read_only"]);
        Assert.Equal(value, flat["session_mfa_authenticated"]);
        Assert.Equal($$"""{"readOnly":"{{text}}"}""", flat["extra"]); // where a boolean is usual; the other one is given back as the plain text
    }

    [Theory]
    [InlineData("""{"eventTime":1710000000}""", 1710000000000, "1710000000")]
    [InlineData("""{"eventTime":"20240309T160000Z"}""", 1710000000000, "\"20240309T160000Z\"")]
    [InlineData("""{"eventTime":"2024-03-09T16:00:00\u002B00:00"}""", 1710000000000, "\"2024-03-09T16:00:00\\u002B00:00\"")] // as System.Text.Json escapes it
    public void An_odd_time_fills_the_column_and_keeps_its_spelling(string json, long millis, string spelling)
    {
        var flat = FlatRecord.Of(json);
        Assert.Equal(millis, flat["event_time"]);
        Assert.StartsWith($$"""{"eventTime":{{spelling}},""", (string)flat["extra"]!);
    }

    [Theory]
    [InlineData("""{"a":1}""", "event_time_missing")]
    [InlineData("""{"eventTime":"30 February"}""", "event_time_unreadable")]
    [InlineData("""{"eventTime":null}""", "event_time_unreadable")]
    [InlineData("""{"eventTime":"2024-01-31T10:00:00Z","eventName":"a","eventName":"a"}""", "duplicate_key")]
    [InlineData("""{"eventTime":"2024-01-31T10:00:00Z","new":1,"new":2}""", "duplicate_key")]
    [InlineData("""{"eventTime":"2024-01-31T10:00:00Z","userIdentity":{"arn":"a","\u0061rn":"b"}}""", "duplicate_key")]
    [InlineData("""{"eventTime":"2024-01-31T10:00:00Z",}""", "invalid_json")]
    [InlineData("""{"eventTime":"2024-01-31T10:00:00Z"} x""", "invalid_json")]
    [InlineData("""{"eventTime":"2024-01-31T10:00:00Z","a":"\x"}""", "invalid_json")]
    [InlineData("{\"eventTime\":\"2024-01-31T10:00:00Z\",\"a\":\"\n\"}", "invalid_json")]
    [InlineData("""{"eventTime":"2024-01-31T10:00:00Z","a":{"b":1}""", "invalid_json")] // as the text of a LookupEvents record may be
    [InlineData("[1]", "record_not_an_object")]
    public void A_record_that_cannot_be_a_row_says_why(string json, string reason) =>
        Assert.Equal(reason, FlatRecord.ProblemOf(json));

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused() =>
        Assert.Equal("invalid_utf8", FlatRecord.ProblemOf([.. "{\"eventTime\":\"2024-01-31T10:00:00Z\",\"a\":\""u8, 0xFF, .. "\"}"u8]));

    [Theory]
    [InlineData(1_000, null)]
    [InlineData(20_000, "too_deep")]
    public void Nesting_is_followed_a_long_way_and_then_refused(int depth, string? reason) =>
        Assert.Equal(reason, FlatRecord.ProblemOf($$"""{"eventTime":"2024-01-31T10:00:00Z","requestParameters":{{new string('[', depth)}}{{new string(']', depth)}}}"""));

    [Fact]
    public void Many_unknown_names_are_told_apart()
    {
        var names = string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"n{i}\":{i}"));
        Assert.Contains("\"n499\":499", (string)Flat(names)["extra"]!);
        Assert.Equal("duplicate_key", FlatRecord.ProblemOf($$"""{"eventTime":"2024-01-31T10:00:00Z",{{names}},"n7":0}"""));
    }

    [Fact]
    public void A_name_may_stand_again_in_another_container()
    {
        var flat = Flat("""
            "new":1,"userIdentity":{"new":2,"sessionContext":{"new":3}},"tlsDetails":{"new":4}
            """);
        Assert.Equal("""{"new":1,"userIdentity":{"new":2,"sessionContext":{"new":3}},"tlsDetails":{"new":4}}""", flat["extra"]);
    }

    [Fact]
    public void A_large_request_is_kept_whole()
    {
        var request = $$"""{"a":"{{new string('x', 20_000_000)}}"}""";
        Assert.Equal(request, FlatRecord.Of($$"""{"eventTime":"2024-01-31T10:00:00Z","requestParameters":{{request}}}""")["request_parameters"]);
    }

    [Fact]
    public void Ids_that_are_no_lower_case_UUIDs_stay_as_they_are()
    {
        foreach (var id in new[] { "EXAMPLE-1", "0F0E0D0C-1111-2222-3333-444455556666", "", "0f0e0d0c-1111-2222-3333-44445555666g" })
            Assert.Equal(id, Flat($"\"eventID\":\"{id}\"")["event_id"]);
    }
}
