using System.Text.Json;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

/// <summary>How the bindings of architectures read a case: named inputs of the forward call, then parameters.</summary>
internal static class BlockCall
{
    /// <summary>A named input of the forward call.</summary>
    public static Tensor Input(this GoldenCall c, string name) => c.InputOrNull(name)
        ?? throw new ArgumentException($"The case has no input '{name}'.");

    /// <summary>A named input of the forward call; null where it was left out.</summary>
    public static Tensor? InputOrNull(this GoldenCall c, string name) => Array.IndexOf(Inputs(c), name) is >= 0 and int at ? c[at] : null;

    /// <summary>
    /// The module with the recorded parameters, in their type and in the case's mode. A parameter of several names is recorded once, under
    /// the first that the module has for it.
    /// </summary>
    public static TModule Loaded<TModule>(this GoldenCall c, TModule module)
        where TModule : Module
    {
        c.Load(module, Inputs(c));
        return module;
    }

    public static int? IntOrNull(this GoldenCall c, string name) => c.Has(name) ? c.Int(name) : null;

    private static string[] Inputs(GoldenCall c) =>
        [.. c.Case.Argument("call").EnumerateArray().Select(static (JsonElement n) => n.GetString()!)];
}
