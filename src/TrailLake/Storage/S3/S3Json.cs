using System.Text.Json.Serialization;

namespace TrailLake.Storage.S3;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProcessMark))]
sealed partial class S3Json : JsonSerializerContext;
