using System.Globalization;

namespace DeepLearning.Formats;

/// <summary>Makes one dictionary of the tensors in a tree of values.</summary>
/// <param name="file">For messages.</param>
/// <param name="fileLength">How many bytes the file has; the names must not grow beyond that.</param>
internal sealed class TensorNames(FileContext file, long fileLength)
{
    // A tree may name the same part in many places; a few bytes could otherwise become more names than fit into memory.
    private const int Growth = 64;

    private readonly OrderedDictionary<string, Tensor> _tensors = [];
    private long _room = Growth * fileLength;

    public OrderedDictionary<string, Tensor> Flatten(object? root, string? key, string[] customary)
    {
        object? part = key is null ? Customary(root, customary) : key.Length == 0 ? root : Part(root, key);
        if (part is not (PyTorchDictionary or List<object?> or object?[]))
        {
            string what = string.IsNullOrEmpty(key) ? "the file holds" : "this is";
            throw file.Bad(
                key, null, $"{what} {PickleTree.Describe(part)}, no dictionary of tensors; take what PyTorchFile.Load gives.");
        }

        Visit("", part);
        return _tensors.Count > 0 ? _tensors : throw file.Bad(key, null, "there are no tensors in it.");
    }

    private static bool HasTensors(object? value) =>
        value is PyTorchDictionary dictionary && dictionary.Values.Any(static item => item is Tensor or PyTorchDictionary);

    private object? Customary(object? root, string[] customary)
    {
        if (root is not PyTorchDictionary dictionary)
        {
            return root;
        }

        string[] found = [.. customary.Where(name => dictionary.TryGetValue(name, out object? value) && HasTensors(value))];

        return found.Length switch
        {
            0 => root,
            1 => dictionary[found[0]],
            _ => throw file.Bad(null, null, $"several parts may be the model: {string.Join(", ", found)}; say which is meant by its key."),
        };
    }

    private object? Part(object? root, string key)
    {
        object? value = root;
        string rest = key;
        while (true)
        {
            if (value is not PyTorchDictionary dictionary)
            {
                throw file.Bad(key, null, $"there is no such part: before {FileContext.Quote(rest)} stands {PickleTree.Describe(value)}, "
                    + "no dictionary.");
            }

            // Keys may have dots themselves.
            if (dictionary.TryGetValue(rest, out object? whole))
            {
                return whole;
            }

            int dot = rest.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0 || !dictionary.TryGetValue(rest[..dot], out value))
            {
                throw file.Bad(key, null, "there is no such part; the keys are "
                    + $"{string.Join(", ", dictionary.Keys.Take(10).Select(PickleKeys.Format))}"
                    + (dictionary.Count > 10 ? ", …" : "."));
            }

            rest = rest[(dot + 1)..];
        }
    }

    // No deeper than PickleTree allows.
    private void Visit(string name, object? value)
    {
        _room -= 1 + name.Length;
        if (_room < 0)
        {
            throw file.Bad(null, null, "the names of the tensors are longer than the file can tell; take what PyTorchFile.Load gives.");
        }

        switch (value)
        {
            case Tensor tensor when !_tensors.TryAdd(name, tensor):
                throw file.Bad(name, null, "two tensors have this name.");
            case PyTorchDictionary dictionary:
                foreach ((object key, object? item) in dictionary)
                {
                    Visit(Join(name, key as string ?? PickleKeys.Format(key)), item);
                }

                break;
            case List<object?> list:
                VisitAll(name, list);
                break;
            case object?[] tuple:
                VisitAll(name, tuple);
                break;
        }
    }

    private void VisitAll(string name, IReadOnlyList<object?> items)
    {
        for (int i = 0; i < items.Count; i++)
        {
            Visit(Join(name, i.ToString(CultureInfo.InvariantCulture)), items[i]);
        }
    }

    private static string Join(string name, string key) => name.Length == 0 ? key : $"{name}.{key}";
}
