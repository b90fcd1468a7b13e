using System.Text.Json.Serialization;

namespace TrailLake.Cli;

/// <summary>What <c>views --generate --json</c> prints of each view that it made.</summary>
sealed record GeneratedView(string Name, string Service, long Events, int Columns, int FieldsLeftOut);

/// <summary>JSON names as in the reports of the runs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(GeneratedView[]))]
sealed partial class GeneratedViewJson : JsonSerializerContext;
