using DeepLearning.Layers;

namespace DeepLearning.Tests.Models.Catalog;

/// <summary>Blocks whose parameters start at 0 on purpose, so that their derivatives tell something.</summary>
internal static class StartedModules
{
    /// <summary>All parameters drawn anew, the same in every call.</summary>
    public static TModule Started<TModule>(this TModule module, double std = 0.4)
        where TModule : Module
    {
        Generator generator = new(7);
        using GradMode.Region none = GradMode.NoGrad();
        foreach (Parameter parameter in module.Parameters())
        {
            parameter.NormalInPlace(0, std, generator);
        }

        return module;
    }
}
