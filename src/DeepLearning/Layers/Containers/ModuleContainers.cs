using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace DeepLearning.Layers;

/// <summary>
/// Finds modules and parameters in the containers that fields hold: lists, arrays, dictionaries, tuples, and these within each other. An
/// element is named by its position or key, as in PyTorch's <c>ModuleList</c> and <c>ModuleDict</c>: <c>blocks.0.1.weight</c>.
/// </summary>
internal static class ModuleContainers
{
    private const int MaxDepth = 16;

    private static readonly ConcurrentDictionary<Type, bool> s_canHold = new();

    /// <summary>Whether a value of a type can be or hold a module, a parameter or a tensor, as far as its type tells.</summary>
    public static bool CanHold(Type type) => s_canHold.TryGetValue(type, out bool known) ? known : s_canHold.GetOrAdd(type, Look(type, 0));

    /// <summary>Adds what the container in a field holds to the members of its module.</summary>
    /// <param name="owner">The module.</param>
    /// <param name="field">The field.</param>
    /// <param name="container">The container.</param>
    /// <param name="members">Receives the members.</param>
    /// <exception cref="InvalidOperationException">The container holds modules or parameters in a way in which they cannot be
    /// found.</exception>
    public static void Collect(Module owner, in ModuleField field, object container, List<ModuleMember> members)
    {
        Search search = new(owner, field.Buffer, members);
        if (!search.Visit(field.Key, container, 0) && NamesMembers(field.Field.FieldType))
        {
            throw NotFound(owner, field.Key, field.Field.FieldType);
        }
    }

    /// <summary>Whether a container is one that is there for others to find modules by, rather than to hold them in order.</summary>
    public static bool IsLookup(object container) => container is not (IEnumerable<Module> or IEnumerable<Parameter>);

    /// <summary>Refuses a leaf that wants a gradient but is not a parameter: nothing would train it or save it.</summary>
    public static void RequireNoGradient(Module owner, string name, Tensor tensor)
    {
        if (tensor.RequiresGrad && tensor.Node is null)
        {
            throw new InvalidOperationException(
                $"{owner.Kind}: {name} holds a tensor {tensor.Shape} that requires a gradient but is no {nameof(Parameter)}: nothing "
                + $"would train it or save it. Make it a {nameof(Parameter)}, or mark its field [Buffer] or [Unregistered].");
        }
    }

    private static bool IsCollection(object value) => value is ICollection or IReadOnlyCollection<object>;

    /// <summary>Whether a value is an immutable array that was never set: it cannot even be counted.</summary>
    private static bool IsUnset(object value)
    {
        try
        {
            return value is IStructuralEquatable and IList list && value.GetType().IsValueType && list.Count < 0;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static bool KeepsOrder(IDictionary dictionary)
    {
        Type type = dictionary.GetType();
        Type? generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return generic is not null && (generic == typeof(Dictionary<,>) || generic == typeof(OrderedDictionary<,>)
            || generic == typeof(SortedDictionary<,>) || generic == typeof(SortedList<,>)
            || generic == typeof(ImmutableSortedDictionary<,>));
    }

    private static bool Look(Type type, int depth)
    {
        if (type.IsPrimitive || type.IsEnum || type.IsPointer || type == typeof(string) || typeof(Delegate).IsAssignableFrom(type)
            || depth > MaxDepth)
        {
            return false;
        }

        if (typeof(Tensor).IsAssignableFrom(type) || typeof(Module).IsAssignableFrom(type) || type == typeof(object))
        {
            return true;
        }

        if (type.IsArray)
        {
            return Look(type.GetElementType()!, depth + 1);
        }

        if (type.IsGenericType)
        {
            return Array.Exists(type.GetGenericArguments(), argument => Look(argument, depth + 1));
        }

        // What is behind an interface or a base class shows in the value; a plain structure or a sealed class shows here.
        return type.IsInterface || typeof(IEnumerable).IsAssignableFrom(type) || typeof(ITuple).IsAssignableFrom(type)
            || (type.IsClass && !type.IsSealed);
    }

    /// <summary>Whether a generic type says that it is about modules or parameters.</summary>
    private static bool NamesMembers(Type type) => !typeof(Delegate).IsAssignableFrom(type) && type.IsGenericType
        && Array.Exists(type.GetGenericArguments(), static argument => typeof(Module).IsAssignableFrom(argument)
            || typeof(Parameter).IsAssignableFrom(argument) || NamesMembers(argument));

    private static InvalidOperationException NotFound(Module owner, string name, Type type) => new(
        $"{owner.Kind}: {name} is a {NameOf(type)}, in which modules and parameters are not found; they would not be trained or "
        + "saved. Hold them in a field, an array, a list, a dictionary or a tuple (or a ModuleList or ModuleDict); if they belong "
        + "elsewhere, mark the field [Unregistered].");

    private static string NameOf(Type type) =>
        $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(static argument => argument.Name))}>";

    /// <summary>A way through a container and those inside it.</summary>
    private readonly struct Search(Module owner, BufferAttribute? buffer, List<ModuleMember> members)
    {
        /// <summary>Adds what a value is or holds.</summary>
        /// <returns>False for a value that cannot be looked into.</returns>
        public bool Visit(string name, object? value, int depth)
        {
            switch (value)
            {
                case null:
                    return true;
                case Parameter or Module:
                    members.Add(new ModuleMember(name, value));
                    return true;
                case Tensor tensor when buffer is not null:
                    tensor.LeaveScope();
                    members.Add(new ModuleMember(name, tensor, buffer.Persistent));
                    return true;
                case Tensor tensor:
                    RequireNoGradient(owner, name, tensor);
                    return true;
            }

            Type type = value.GetType();
            if (!CanHold(type) || IsUnset(value))
            {
                return true;
            }

            if (depth == MaxDepth)
            {
                throw new InvalidOperationException(
                    $"{owner.Kind}: the containers of {name} lie more than {MaxDepth} deep in each other, or contain themselves; hold "
                    + "modules in a field, a ModuleList or a ModuleDict.");
            }

            switch (value)
            {
                case IDictionary dictionary:
                    VisitEntries(name, dictionary, depth);
                    return true;
                case ITuple tuple:
                    VisitAll(name, Enumerable.Range(0, tuple.Length).Select(i => tuple[i]), depth);
                    return true;
                case IEnumerable sequence when IsCollection(value):
                    VisitAll(name, sequence, depth);
                    return true;
                case IEnumerable<Module> or IEnumerable<Parameter>:
                    VisitQuery(name, (IEnumerable<object>)value, depth);
                    return true;
                default:
                    return NamesMembers(type) ? throw NotFound(owner, name, type) : false;
            }
        }

        private void VisitAll(string name, IEnumerable items, int depth)
        {
            int i = 0;
            foreach (object? item in items)
            {
                Visit(string.Create(CultureInfo.InvariantCulture, $"{name}.{i++}"), item, depth + 1);
            }
        }

        /// <summary>A query gives its elements anew each time; it is good enough if they are the same ones.</summary>
        private void VisitQuery(string name, IEnumerable<object> query, int depth)
        {
            object[] first = [.. query];
            if (!first.SequenceEqual(query, ReferenceEqualityComparer.Instance))
            {
                throw new InvalidOperationException(
                    $"{owner.Kind}: {name} is a query that makes new modules each time it is gone through, so that none of them "
                    + "learns; end it with ToArray().");
            }

            VisitAll(name, first, depth);
        }

        private void VisitEntries(string name, IDictionary dictionary, int depth)
        {
            List<(string Key, object? Value)> entries = [];
            foreach (DictionaryEntry entry in dictionary)
            {
                if (entry.Key is Module or Parameter)
                {
                    throw new InvalidOperationException(
                        $"{owner.Kind}: the dictionary {name} has modules or parameters as its keys, where they have no name; make "
                        + "them its values, or mark the field [Unregistered] if they belong to other fields.");
                }

                entries.Add((Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "", entry.Value));
            }

            // A hash table has an order of its own in each process; optimizers and files go by order.
            if (!KeepsOrder(dictionary))
            {
                entries.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
            }

            foreach ((string key, object? value) in entries)
            {
                int before = members.Count;
                Visit($"{name}.{key}", value, depth + 1);
                if (members.Count > before && (key.Length == 0 || key.Contains('.', StringComparison.Ordinal)))
                {
                    throw new InvalidOperationException(
                        $"{owner.Kind}: the key '{key}' of the dictionary {name} cannot be part of a parameter's name: it is empty or "
                        + "has a dot.");
                }
            }
        }
    }
}
