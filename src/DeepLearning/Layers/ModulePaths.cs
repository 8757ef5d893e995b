using System.Runtime.CompilerServices;

namespace DeepLearning.Layers;

/// <summary>
/// The modules that may hold others, for as long as they live, so that a layer that fails can be told where it stands even if nobody has
/// asked the model for its modules before.
/// </summary>
internal static class ModulePaths
{
    private static readonly ConditionalWeakTable<Module, object?> s_holders = [];

    public static void Add(Module holder) => s_holders.Add(holder, null);

    /// <summary>Lists the modules of every model there is, which tells them their paths.</summary>
    public static void Find()
    {
        foreach ((Module holder, _) in s_holders)
        {
            try
            {
                holder.NamedModules();
            }
            catch (Exception e) when (e is InvalidOperationException or NullReferenceException or InsufficientExecutionStackException)
            {
                // Another thread is building that model right now, or it holds itself. The error to tell is the layer's.
            }
        }
    }
}
