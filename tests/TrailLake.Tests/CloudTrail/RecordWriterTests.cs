using System.Buffers;
using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

public sealed class RecordWriterTests
{
    const string Nulls = "\"requestParameters\":null,\"responseElements\":null";

    [Fact]
    public void A_row_of_nulls_is_a_record_with_only_the_fields_whose_null_is_usual() =>
        Assert.Equal("{" + Nulls + "}", new Row().Json());

    [Fact]
    public void Every_type_is_spelt_as_CloudTrail_spells_it() =>
        Assert.Equal(
            """{"eventTime":"2024-02-29T23:59:59Z","eventName":"CreateRole","readOnly":false,"managementEvent":true"""
            + ""","userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":"true","creationDate":"0001-01-01T00:00:00Z"}}}"""
            + ""","requestParameters":{"n":1.50E+2},"responseElements":null,"sessionCredentialFromConsole":"false"}""",
            new Row()
                .Time("event_time", new DateTime(2024, 2, 29, 23, 59, 59)).Text("event_name", "CreateRole")
                .Is("read_only", false).Is("management_event", true)
                .Is("session_mfa_authenticated", true).Time("session_creation_date", DateTime.MinValue)
                .Raw("request_parameters", """{"n":1.50E+2}""").Is("session_credential_from_console", false).Json());

    [Fact]
    public void Text_is_escaped_where_JSON_asks_for_it_and_only_there() =>
        Assert.Equal(
            "{\"userAgent\":\"q\\\" b\\\\ n\\n r\\r t\\t z\\u0000 u\\u001f d\u007f é \U0001F600 \u2028 <&>'/\"," + Nulls + "}",
            new Row().Text("user_agent", "q\" b\\ n\n r\r t\t z\0 u\u001f d\u007f é \U0001F600 \u2028 <&>'/").Json());

    [Fact]
    public void An_empty_text_is_not_an_absent_one() =>
        Assert.Equal("{\"errorMessage\":\"\"," + Nulls + "}", new Row().Text("error_message", "").Json());

    [Fact]
    public void Containers_stand_where_their_first_column_stands() =>
        Assert.Equal(
            """{"userIdentity":{"type":"IAMUser","onBehalfOf":{"userId":"u"},"sessionContext":{"sessionIssuer":{"arn":"a"}}},"""
            + Nulls + ""","tlsDetails":{"tlsVersion":"TLSv1.3"},"addendum":{"reason":"DELIVERY_DELAY"}}""",
            new Row().Text("addendum_reason", "DELIVERY_DELAY").Text("tls_version", "TLSv1.3").Text("session_issuer_arn", "a")
                .Text("user_on_behalf_of_user_id", "u").Text("user_type", "IAMUser").Json());

    [Theory]
    [InlineData("""{"errorCode":null}""", """{"errorCode":null,#}""")]
    [InlineData("""{"readOnly":"true"}""", """{"readOnly":"true",#}""")]
    [InlineData("""{"userIdentity":null}""", """{"userIdentity":null,#}""")]
    [InlineData("""{"userIdentity":"root"}""", """{"userIdentity":"root",#}""")]
    [InlineData("""{"userIdentity":{}}""", """{"userIdentity":{},#}""")]
    [InlineData("""{"userIdentity":[]}""", """{"userIdentity":[],#}""")]
    [InlineData("""{"userIdentity":{"sessionContext":{"sessionIssuer":{},"attributes":null}}}""", """{"userIdentity":{"sessionContext":{"attributes":null,"sessionIssuer":{}}},#}""")]
    [InlineData("""{"userIdentity":{"userName":{"userName":1}}}""", """{"userIdentity":{"userName":{"userName":1}},#}""")]
    [InlineData("""{"new":[1e400,{"a":-0.0}],"tlsDetails":{"new":{"tlsVersion":1}}}""", """{#,"tlsDetails":{"new":{"tlsVersion":1}},"new":[1e400,{"a":-0.0}]}""")]
    [InlineData("""{"lone":"\ud83d","\udc00":"\u0000"}""", """{#,"lone":"\ud83d","\udc00":"\u0000"}""")]
    [InlineData("""{"error\u0043ode":7}""", """{"errorCode":7,#}""")]
    [InlineData("""{"insightDetails":{"state":"Start"}}""", """{#,"insightDetails":{"state":"Start"}}""")]
    [InlineData("""{}""", """{#}""")]
    public void Extra_says_what_no_column_could(string extra, string record) =>
        Assert.Equal(record.Replace("#", Nulls, StringComparison.Ordinal), new Row().Raw("extra", extra).Json());

    [Fact]
    public void Extra_overrides_its_column_and_merges_with_the_others() =>
        Assert.Equal(
            """{"eventTime":"2020-01-01 10:00:00.123","readOnly":"true","userIdentity":{"type":"Root","accountId":1,"new":2},"requestParameters":null,"responseElements":{"a":1}}""",
            new Row().Time("event_time", new DateTime(2020, 1, 1, 10, 0, 0)).Is("read_only", true).Text("user_type", "Root")
                .Text("user_account_id", "1").Raw("response_elements", """{"a":1}""")
                .Raw("extra", """{"eventTime":"2020-01-01 10:00:00.123","readOnly":"true","userIdentity":{"new":2,"accountId":1}}""").Json());

    [Fact]
    public void Absent_fields_are_left_out_and_own_dollars_come_back() =>
        Assert.Equal(
            """{"responseElements":null,"x":{"$absent":1},"$absent":["eventName"],"$$":2,"$":3}""",
            new Row().Raw("extra", """{"$absent":["requestParameters"],"x":{"$absent":1},"$$absent":["eventName"],"$$$":2,"$$":3}""").Json());

    [Fact]
    public void Insights_and_aggregates_have_fields_of_their_own()
    {
        Assert.Equal(
            """{"eventTime":"2020-09-09T23:00:00Z","eventID":"i","insightDetails":{"state":"Start","insightContext":{"average":9.82222E-5}}}""",
            new Row(LakeTable.Insights).Time("event_time", new DateTime(2020, 9, 9, 23, 0, 0)).Text("event_id", "i")
                .Text("insight_state", "Start").Raw("insight_context", """{"average":9.82222E-5}""").Json());
        Assert.Equal(
            """{"eventId":"a","timeWindow":{"windowStart":"2025-11-20T00:05:00Z","windowSize":"PT5M"},"summary":{},"requestParameters":1}""",
            new Row(LakeTable.Aggregates).Text("event_id", "a").Time("window_start", new DateTime(2025, 11, 20, 0, 5, 0))
                .Text("window_size", "PT5M").Raw("summary", "{}").Raw("extra", """{"requestParameters":1}""").Json());
    }

    [Fact]
    public void Derived_columns_and_the_source_are_not_part_of_the_record() =>
        Assert.Equal("{" + Nulls + "}", new Row().Is("is_error", true).Is("is_root", true).Text("source_object", "a.json").Json());

    [Fact]
    public void A_row_leaves_nothing_behind_for_the_next()
    {
        var row = new Row().Text("error_code", "E").Raw("extra", """{"userIdentity":{},"new":1,"$absent":["responseElements"],"readOnly":1}""");
        row.Json();
        Assert.Equal("{" + Nulls + "}", row.Json());
    }

    [Fact]
    public void A_thousand_levels_pass()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":[", 1000)) + "1" + string.Concat(Enumerable.Repeat("]}", 1000));
        Assert.Equal("{" + Nulls + ",\"deep\":" + deep + "}", new Row().Raw("extra", "{\"deep\":" + deep + "}").Json());
    }

    sealed class Row(LakeTable table = LakeTable.Events)
    {
        readonly RecordWriter _writer = new(table);

        public Row Text(string column, string value)
        {
            _writer.SetText(_writer.OrdinalOf(column), Encoding.UTF8.GetBytes(value));
            return this;
        }

        public Row Raw(string column, string json)
        {
            if (column == "extra")
                _writer.SetExtra(Encoding.UTF8.GetBytes(json));
            else
                _writer.SetJson(_writer.OrdinalOf(column), Encoding.UTF8.GetBytes(json));
            return this;
        }

        public Row Is(string column, bool value)
        {
            _writer.SetBoolean(_writer.OrdinalOf(column), value);
            return this;
        }

        public Row Time(string column, DateTime value)
        {
            _writer.SetTimestamp(_writer.OrdinalOf(column), (long)(value - DateTime.UnixEpoch).TotalMilliseconds);
            return this;
        }

        public string Json()
        {
            var output = new ArrayBufferWriter<byte>();
            _writer.Write(output);
            return Encoding.UTF8.GetString(output.WrittenSpan);
        }
    }
}
