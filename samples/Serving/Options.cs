using System.CommandLine;

namespace DeepLearning.Samples.Serving;

/// <summary>What the command line says.</summary>
internal sealed record Options(string Folder, int Port, bool Train, bool Worker, int? Load, int Clients, ulong Seed)
{
    private static readonly Option<string?> s_folder = CommandLine.Text(
        "--folder", "FOLDER", "where model.safetensors is, and the worker's queue (serving, in the current folder)");

    private static readonly Option<int> s_port = CommandLine.Number("--port", "the port of the service", 8080, least: 0, most: 65535);
    private static readonly Option<bool> s_train = CommandLine.Switch("--train", "train the model anew, and end");
    private static readonly Option<bool> s_worker = CommandLine.Switch(
        "--worker", "no service: answer the files that come into the folder's queue, until Ctrl-C");

    private static readonly Option<int?> s_load = CommandLine.Number(
        "--load", "ask a service on this machine for N seconds, with a new model every second, and say how it went", least: 1);

    private static readonly Option<int> s_clients = CommandLine.Number("--clients", "how many ask at once with --load", 16, least: 1);
    private static readonly Option<int> s_seed = CommandLine.Number("--seed", "seed of the training", 1, least: 0);

    public static RootCommand Command { get; } = CommandLine.Of(
        "Serving", "Serves a trained model over HTTP: requests are batched, models replaced while it runs.",
        s_folder, s_port, s_train, s_worker, s_load, s_clients, s_seed);

    public static Options From(ParseResult parsed) => new(
        parsed.GetValue(s_folder) ?? "serving", parsed.GetValue(s_port), parsed.GetValue(s_train), parsed.GetValue(s_worker),
        parsed.GetValue(s_load), parsed.GetValue(s_clients), (ulong)parsed.GetValue(s_seed));
}
