using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace DeepLearning.Layers;

/// <summary>
/// Copies a module and all that belongs to it. What two places hold (a shared weight, a module used twice) is one thing in the copy, too;
/// a module that is held but not owned is the copy where it is part of what is copied, and the same one elsewhere.
/// </summary>
internal sealed class ModuleCopy
{
    private readonly Dictionary<object, object> _copies = new(ReferenceEqualityComparer.Instance);

    /// <summary>A copy of a module, with parameters and buffers of its own.</summary>
    public static Module Make(Module module)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        using GradMode.Region region = GradMode.NoGrad();
        ModuleCopy copy = new();
        IReadOnlyList<Module> modules = module.Modules();
        foreach (Module original in modules)
        {
            copy._copies.Add(original, original.ShallowCopy());
        }

        foreach (Module original in modules)
        {
            copy.Fill(original, copy.Of(original));
        }

        return copy.Of(module);
    }

    /// <summary>The copy of a module, or the module itself where it is not part of what is copied.</summary>
    public T Of<T>(T original)
        where T : class => (T)Value(original)!;

    /// <summary>A function that is a method of what is copied, as the method of the copy; any other is the same.</summary>
    public TFunction? OfFunction<TFunction>(TFunction? function)
        where TFunction : Delegate => function?.Target is Module module && _copies.TryGetValue(module, out object? copy)
            ? (TFunction)Delegate.CreateDelegate(typeof(TFunction), copy, function.Method)
            : function;

    private void Fill(Module original, Module copy)
    {
        foreach (ModuleField field in ModuleFields.Of(original.GetType()))
        {
            object? held = field.Field.GetValue(original);
            object? own = field.IsSetAside ? SetAside(held) : Value(held);
            if (!ReferenceEquals(held, own))
            {
                field.Field.SetValue(copy, own);
            }
        }

        copy.DetachFromOriginal(this);
    }

    private object? SetAside(object? held) => held is not null && _copies.TryGetValue(held, out object? copy) ? copy : held;

    private object? Value(object? held)
    {
        switch (held)
        {
            case null:
                return null;
            case Module:
                return SetAside(held);
            case Tensor tensor:
                if (!_copies.TryGetValue(tensor, out object? copy))
                {
                    copy = Copy(tensor);
                    _copies.Add(tensor, copy);
                }

                return copy;
            default:
                return ModuleContainers.CanHold(held.GetType()) ? Container(held) : held;
        }
    }

    private static Tensor Copy(Tensor tensor)
    {
        if (tensor is not Parameter parameter)
        {
            return tensor.Detach().Clone();
        }

        Parameter copy = new(parameter.Detach().Clone(), parameter.RequiresGrad);
        if (parameter.Grad is { } gradient)
        {
            copy.Grad = gradient.Detach().Clone();
        }

        return copy;
    }

    private object Container(object held)
    {
        if (_copies.TryGetValue(held, out object? known))
        {
            return known;
        }

        switch (held)
        {
            case Array array:
                Array copies = (Array)array.Clone();
                _copies.Add(held, copies);
                if (copies.Rank == 1)
                {
                    for (int i = 0; i < copies.Length; i++)
                    {
                        copies.SetValue(Value(copies.GetValue(i)), i);
                    }
                }

                return copies;
            case ITuple:
                return Tuple(held);
            case IDictionary dictionary:
                IDictionary entries = (IDictionary)Empty(held);
                _copies.Add(held, entries);
                foreach (DictionaryEntry entry in dictionary)
                {
                    entries.Add(entry.Key, Value(entry.Value));
                }

                return entries;
            case IList { IsFixedSize: false, IsReadOnly: false } list:
                IList items = (IList)Empty(held);
                _copies.Add(held, items);
                foreach (object? item in list)
                {
                    items.Add(Value(item));
                }

                return items;
            case IEnumerable<Module> or IEnumerable<Parameter>:
                throw NotCopied(held);
            default:
                return held;
        }
    }

    /// <summary>A tuple's elements are fields, of a value as of an object.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The fields of a tuple that a program reads are kept.")]
    private object Tuple(object tuple)
    {
        object copy = RuntimeHelpers.GetObjectValue(tuple);
        Type type = tuple.GetType();
        if (!type.IsValueType)
        {
            throw NotCopied(tuple);
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public))
        {
            field.SetValue(copy, Value(field.GetValue(tuple)));
        }

        return copy;
    }

    [UnconditionalSuppressMessage(
        "Trimming", "IL2072", Justification = "A container that the program has made keeps its constructor; one without is an error.")]
    private static object Empty(object held)
    {
        try
        {
            return Activator.CreateInstance(held.GetType())!;
        }
        catch (MissingMethodException)
        {
            throw NotCopied(held);
        }
    }

    private static InvalidOperationException NotCopied(object held) => new(
        $"DeepCopy: a {held.GetType().Name.Split('`')[0]} of modules or parameters cannot be copied; hold them in an array, a list, a "
        + "dictionary, a value tuple, a ModuleList or a ModuleDict.");
}
