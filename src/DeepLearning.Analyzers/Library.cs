using Microsoft.CodeAnalysis;

namespace DeepLearning.Analyzers;

/// <summary>The types of the library that the analyzers look for, as a compilation sees them.</summary>
internal sealed class Library
{
    private readonly INamedTypeSymbol _parameter;

    private Library(INamedTypeSymbol tensor, INamedTypeSymbol module, INamedTypeSymbol parameter, INamedTypeSymbol? loss)
    {
        (Tensor, Module, _parameter, Loss) = (tensor, module, parameter, loss);
    }

    /// <summary>The class of tensors.</summary>
    public INamedTypeSymbol Tensor { get; }

    /// <summary>The base class of modules.</summary>
    public INamedTypeSymbol Module { get; }

    /// <summary>The class of loss functions.</summary>
    public INamedTypeSymbol? Loss { get; }

    /// <summary>The library's types; null where a compilation does not use it.</summary>
    public static Library? Find(Compilation compilation) =>
        compilation.GetTypeByMetadataName("DeepLearning.Tensor") is { } tensor
        && compilation.GetTypeByMetadataName("DeepLearning.Layers.Module") is { } module
        && compilation.GetTypeByMetadataName("DeepLearning.Layers.Parameter") is { } parameter
            ? new Library(tensor, module, parameter, compilation.GetTypeByMetadataName("DeepLearning.Losses.Loss"))
            : null;

    /// <summary>Whether a type is a class or derives from it.</summary>
    public static bool Is(ITypeSymbol? type, INamedTypeSymbol wanted)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, wanted))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a module loses something when it is made anew for each call: weights, or whether it is in evaluation. Of the library's own
    /// those with a parameter, the containers and dropout do; of others it cannot be known, and their authors have a reason to make them.
    /// </summary>
    public bool HasState(ITypeSymbol module)
    {
        if (!SymbolEqualityComparer.Default.Equals(module.ContainingAssembly, Tensor.ContainingAssembly))
        {
            return true;
        }

        for (ITypeSymbol? type = module; type is not null; type = type.BaseType)
        {
            foreach (ISymbol member in type.GetMembers())
            {
                if (member is IPropertySymbol { IsIndexer: false } property && Is(property.Type, _parameter))
                {
                    return true;
                }
            }
        }

        return module.Name is "Dropout" or "Sequential" or "ModuleList" or "ModuleDict";
    }
}
