using System.Text;

namespace TrailLake.Tests.Lossless;

public sealed class JsonMeaningTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true,null]}""", """{ "b" : [ true , null ], "a" : 1 }""")]
    [InlineData("""{"a":"é\u0041\/"}""", """{"\u0061":"\u00e9A/"}""")]
    [InlineData("\"\U0001F600\"", """ "\ud83d\ude00" """)]
    [InlineData("""{"a":1,"b":2,"a":3}""", """{"b":2,"a":1,"a":3}""")]
    [InlineData("""["\ud83d"]""", """["\uD83D"]""")]
    public void Texts_that_say_the_same_are_equal(string left, string right)
    {
        Assert.Equal(Meaning(left), Meaning(right));
        Assert.Equal("", Difference(left, right));
    }

    [Theory]
    [InlineData("1", "1.0", "  $: expected 1, found 1.0")]
    [InlineData("1e2", "1E2", "  $: expected 1e2, found 1E2")]
    [InlineData("12345678901234567890", "12345678901234567891", "  $: expected 12345678901234567890, found 12345678901234567891")]
    [InlineData("""{"a":null}""", "{}", "  $.a: expected null, found nothing")]
    [InlineData("{}", """{"a":{}}""", "  $.a: expected nothing, found {}")]
    [InlineData("""{"a":[1,{"b":"x"}]}""", """{"a":[1,{"b":"X"}]}""", "  $.a[1].b: expected \"x\", found \"X\"")]
    [InlineData("[1,2]", "[2,1]", "  $[0]: expected 1, found 2\n  $[1]: expected 2, found 1")]
    [InlineData("[1,2]", "[1]", "  $: expected [1,2], found [1]")]
    [InlineData("true", "\"true\"", "  $: expected true, found \"true\"")]
    [InlineData("""["\ud83d"]""", """["\ufffd"]""", "  $[0]: expected \"\\ud83d\", found \"\\ufffd\"")]
    [InlineData("""{"a":1,"a":2}""", """{"a":2,"a":1}""", "  $.a: expected 1, found 2\n  $.a: expected 2, found 1")]
    [InlineData("""{"a":1,"a":1}""", """{"a":1}""", "  $.a: expected 1, found nothing")]
    public void Texts_that_differ_are_told_apart_with_the_place(string left, string right, string difference)
    {
        Assert.NotEqual(Meaning(left), Meaning(right));
        Assert.Equal(difference, Difference(left, right));
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_have_no_meaning() =>
        Assert.ThrowsAny<ArgumentException>(() => JsonMeaning.Of(new byte[] { (byte)'"', 0xff, 0xfe, (byte)'"' }));

    [Fact]
    public void A_thousand_levels_are_compared()
    {
        var deep = new string('[', 1000) + new string(']', 1000);
        Assert.Equal(deep, Meaning(deep));
    }

    static string Meaning(string json) => JsonMeaning.Of(Encoding.UTF8.GetBytes(json));

    static string Difference(string left, string right) =>
        JsonMeaning.Difference(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}
