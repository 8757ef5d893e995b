using System.Text.Json.Serialization;

namespace DeepLearning.Samples.Serving;

/// <summary>Which model answers, and that it does.</summary>
internal sealed record Health(string Status, int Model, string Fingerprint, string[] Columns);

/// <summary>What was wrong.</summary>
internal sealed record Problem(string Error);

/// <summary>What is read and written, known when it is compiled: no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<Dictionary<string, double?>>))]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class Messages : JsonSerializerContext;
