namespace DeepLearning.Data;

/// <summary>Well-known published data sets, with their files, addresses and checksums.</summary>
public static class WellKnownDatasets
{
    /// <summary>
    /// MNIST: 60,000 + 10,000 handwritten digits of 28×28 gray bytes (Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0). Read it with
    /// <see cref="Data.Mnist.Load"/>.
    /// </summary>
    public static DatasetSource Mnist { get; } = Images(
        "mnist", "MNIST", "MNIST/raw",
        ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
        (9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        (28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        (1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        (4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"))
        with
    { HomePage = new Uri("http://yann.lecun.com/exdb/mnist/") };

    /// <summary>
    /// Fashion-MNIST: 60,000 + 10,000 pictures of clothes of 28×28 gray bytes in ten classes (H. Xiao, K. Rasul, R. Vollgraf,
    /// arXiv:1708.07747; MIT license). Read it with <see cref="Data.FashionMnist.Load"/>.
    /// </summary>
    public static DatasetSource FashionMnist { get; } = Images(
        "fashion-mnist", "Fashion-MNIST", "FashionMNIST/raw",
        [
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ],
        (26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        (29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        (4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        (5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"))
        with
    {
        HomePage = new Uri("https://github.com/zalandoresearch/fashion-mnist"),
        SystemFolders = ["/usr/share/datasets/fashion-mnist"],
        Hint = "on Debian and Ubuntu install the package dataset-fashion-mnist",
    };

    /// <summary>
    /// Kuzushiji-MNIST: 60,000 + 10,000 cursive Japanese characters of 28×28 gray bytes in ten classes (T. Clanuwat and others,
    /// arXiv:1812.01718; CC BY-SA 4.0). Read it with <see cref="Data.KuzushijiMnist.Load"/>.
    /// </summary>
    public static DatasetSource KuzushijiMnist { get; } = Images(
        "kmnist", "Kuzushiji-MNIST", "KMNIST/raw",
        ["https://codh.rois.ac.jp/kmnist/dataset/kmnist/", "http://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
        (18165135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
        (29497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
        (3041136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
        (5120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"))
        with
    { HomePage = new Uri("http://codh.rois.ac.jp/kmnist/") };

    /// <summary>
    /// Iris: 150 flowers of three kinds, four measurements each, as comma-separated text whose first line has counts and class names
    /// (R. A. Fisher, 1936; the file of scikit-learn, BSD-3-Clause).
    /// </summary>
    public static DatasetSource Iris { get; } = new("iris", "Iris", new DatasetFile(
        "iris.csv", new Uri("https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.5.2/sklearn/datasets/data/iris.csv"))
    {
        Length = 2734,
        Sha256 = "f13ffa8fdd56fd8e6c8d16d4081a3fbd3114bcd0aae4256c43205169cd9d1449",
    })
    {
        HomePage = new Uri("https://archive.ics.uci.edu/dataset/53/iris"),
        OtherFolders = ["tabular"],
    };

    /// <summary>
    /// California housing: 20,640 districts of the 1990 census with nine columns and the median house value, as comma-separated text
    /// with a header (R. K. Pace, R. Barry, 1997; the file of A. Géron's book, Apache-2.0, with 207 blanks). A tar archive that holds
    /// <c>housing.csv</c>; that file itself is found too.
    /// </summary>
    public static DatasetSource CaliforniaHousing { get; } = new("california-housing", "California housing", new DatasetFile(
        "housing.tgz", new Uri("https://raw.githubusercontent.com/ageron/handson-ml2/master/datasets/housing/housing.tgz"))
    {
        Length = 409488,
        Sha256 = "d4cd501af90475f09b814c7447c7701f59bf28e8cf1180205ae5ace9737a0109",
        OtherNames = ["california_housing.tgz", "housing.csv"],
    })
    {
        HomePage = new Uri("https://github.com/ageron/handson-ml2/tree/master/datasets/housing"),
        OtherFolders = ["housing", "tabular"],
    };

    /// <summary>Tiny Shakespeare: 1,115,394 characters of his plays for language models (A. Karpathy's char-rnn; public domain).</summary>
    public static DatasetSource TinyShakespeare { get; } = new("tinyshakespeare", "Tiny Shakespeare", new DatasetFile(
        "input.txt", new Uri("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"))
    {
        Length = 1115394,
        Sha256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    })
    {
        HomePage = new Uri("https://github.com/karpathy/char-rnn"),
    };

    /// <summary>Names: 32,033 first names in lower case, one per line (A. Karpathy's makemore, from ssa.gov; MIT license).</summary>
    public static DatasetSource Names { get; } = new("names", "Names", new DatasetFile(
        "names.txt", new Uri("https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt"))
    {
        Length = 228145,
        Sha256 = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
    })
    {
        HomePage = new Uri("https://github.com/karpathy/makemore"),
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DatasetSource> All { get; } =
        [Mnist, FashionMnist, KuzushijiMnist, Iris, CaliforniaHousing, TinyShakespeare, Names];

    /// <summary>The four IDX files of a set of the MNIST family; all sets of it use the same names.</summary>
    private static DatasetSource Images(
        string name, string title, string otherFolder, string[] hosts, params ReadOnlySpan<(long Length, string Sha256)> files)
    {
        DatasetFile[] described = new DatasetFile[ImageFiles.Names.Count];
        for (int i = 0; i < described.Length; i++)
        {
            string file = ImageFiles.Names[i];
            described[i] = new DatasetFile(file, [.. hosts.Select(host => new Uri(host + file))])
            {
                Length = files[i].Length,
                Sha256 = files[i].Sha256,
            };
        }

        return new DatasetSource(name, title, described)
        {
            OtherFolders = [otherFolder],
            Objection = folder => ImageFiles.Objection(folder, title),
        };
    }
}
