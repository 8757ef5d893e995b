using System.IO.Enumeration;

namespace DeepLearning.Layers;

/// <summary>Parts of a model chosen by the names of their parameters, and copies of models.</summary>
public static class ModuleFreezing
{
    /// <summary>
    /// Stops training the parameters whose names match: <c>model.Freeze("encoder.*")</c>, <c>model.Freeze("*.bias", "norm*")</c>. Their
    /// gradients are dropped, so that an optimizer passes them over.
    /// </summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="patterns">Names as in the state dictionary; * stands for any characters, dots too, and ? for one.</param>
    /// <returns>The module.</returns>
    /// <exception cref="ArgumentException">No pattern is given, or one matches no parameter; nothing is changed then.</exception>
    public static TModule Freeze<TModule>(this TModule module, params IReadOnlyList<string> patterns)
        where TModule : Module
    {
        foreach (Parameter parameter in Matching(module, patterns, nameof(Freeze)))
        {
            parameter.RequiresGrad = false;
            parameter.Grad = null;
        }

        return module;
    }

    /// <summary>Trains the parameters whose names match again.</summary>
    /// <inheritdoc cref="Freeze"/>
    public static TModule Unfreeze<TModule>(this TModule module, params IReadOnlyList<string> patterns)
        where TModule : Module
    {
        foreach (Parameter parameter in Matching(module, patterns, nameof(Unfreeze)))
        {
            parameter.RequiresGrad = true;
        }

        return module;
    }

    /// <summary>
    /// A copy with parameters, gradients, buffers and modules of its own; as Python's <c>copy.deepcopy</c> of a module. What is shared
    /// within the model (tied weights) is shared within the copy; other objects that fields hold, such as generators and functions, are
    /// those of the original. An optimizer of the original does not train the copy.
    /// </summary>
    /// <typeparam name="TModule">The module's type.</typeparam>
    /// <param name="module">The module.</param>
    /// <returns>The copy.</returns>
    /// <exception cref="InvalidOperationException">A field holds modules in a container that cannot be copied.</exception>
    public static TModule DeepCopy<TModule>(this TModule module)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(module);
        return (TModule)ModuleCopy.Make(module);
    }

    private static List<Parameter> Matching(Module module, IReadOnlyList<string> patterns, string operation)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(patterns);
        IReadOnlyList<(string Name, Parameter Parameter)> parameters = module.NamedParameters();
        if (patterns.Count == 0)
        {
            throw new ArgumentException($"{operation}: no pattern is given; \"*\" is for all parameters.", nameof(patterns));
        }

        foreach (string pattern in patterns)
        {
            if (!parameters.Any(named => Matches(pattern, named.Name)))
            {
                string names = string.Join(", ", parameters.Take(10).Select(static named => named.Name));
                throw new ArgumentException(
                    $"{operation}: no parameter of {module.Label} has a name that matches \"{pattern}\"; there are {names}"
                    + (parameters.Count > 10 ? $" and {parameters.Count - 10} more." : "."),
                    nameof(patterns));
            }
        }

        return
        [
            .. parameters.Where(named => patterns.Any(pattern => Matches(pattern, named.Name))).Select(static named => named.Parameter),
        ];
    }

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
