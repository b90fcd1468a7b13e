using System.Text.Json.Serialization;
using TrailLake.Bench.Measuring;

namespace TrailLake.Bench;

/// <summary>What the bench and its children tell each other.</summary>
[JsonSerializable(typeof(Truth))]
[JsonSerializable(typeof(List<QueryTimes>))]
[JsonSerializable(typeof(List<ParquetSize>))]
[JsonSourceGenerationOptions(WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
sealed partial class BenchJson : JsonSerializerContext;
